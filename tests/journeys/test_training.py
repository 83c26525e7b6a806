"""Somebody says what would help them; the trainer reads it and ticks it off by keyboard alone."""

import pytest

from bookings.models import AccessNeed
from tests.bookings.needs import make_trainer
from tests.browser import sign_in
from tests.factories import SessionFactory, UserFactory, VenueFactory
from tests.journeys.browser import read
from tests.journeys.test_booking import press, type_into

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
QUESTION = "Is there anything that would help you take part?"


def press_button(page, name, *, most=60):
    """Go to a button by Tab, and press Enter on it; the words that only a screen reader says count too."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").strip() == name:
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"{name} cannot be reached by Tab on {page.url}")


def test_trainer_when_using_the_keyboard_alone_then_sees_the_session_and_ticks_a_need_done(site, new_context, client):
    session = SessionFactory(format="in_person", venue=VenueFactory(), title="Ten curious questions")
    trainer = make_trainer(session)
    context = new_context()
    sign_in(context, client, UserFactory(name="Pat Sample"), site)
    page = context.new_page()
    page.goto(f"{site}/sessions/{session.pk}/book/")
    type_into(page, QUESTION, "A seat near the front, please.")
    press(page, "Book this session")
    page.wait_for_url("**/me/bookings/*/")
    assert "A seat near the front, please." in read(page)

    context = new_context()
    sign_in(context, client, trainer.user, site)
    page = context.new_page()
    page.goto(site)
    press(page, "My training sessions")
    page.wait_for_url("**/training/")
    words = read(page)
    assert "Tuesday 22 June 2027, 09:30 to 11:00 (UK time)" in words
    assert "1 of 2 places taken" in words
    assert "A seat near the front, please." in words

    press_button(page, "Done: Pat Sample")
    page.wait_for_url("**/training/#need-*")
    assert "Done by Toni Sample on Tuesday 4 May 2027" in read(page)
    assert AccessNeed.objects.get().done_by == trainer.user

    press_button(page, "Not done after all: Pat Sample")
    page.get_by_text("Done by Toni Sample").wait_for(state="detached")
    assert AccessNeed.objects.get().done_at is None
