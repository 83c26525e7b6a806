"""The pages about what people say of a session, certificates and records have no fault that axe can see."""

import pytest
from playwright.sync_api import expect

from bookings import actions
from bookings.links import feedback_path
from bookings.models import EvaluationAnswer
from tests.accessibility.axe import glance, look
from tests.bookings.feedback import certified, give, over
from tests.bookings.needs import make_organiser, make_trainer
from tests.browser import sign_in
from tests.factories import NOW, UserFactory, make_booking

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG = "Siân Ŵyn-Featherstonehaugh of the Żółć Example Partnership"


def asked():
    return None, feedback_path(over(make_booking()))


def asked_before():
    return None, feedback_path(make_booking())


def thanked():
    return None, feedback_path(certified(make_booking()).booking, "post")


def not_there():
    booking = over(make_booking())
    actions.mark(booking.session, [actions.Mark(booking.pk, "did_not_attend", NOW)], at=NOW, actor=None)
    return None, feedback_path(booking)


def checked():
    return None, certified(make_booking(practitioner=UserFactory(name=LONG))).path


def revoked():
    one = certified(make_booking())
    actions.mark(one.booking.session, [actions.Mark(one.booking_id, "", NOW)], at=NOW, actor=None)
    return None, one.path


def to_check():
    return None, "/certificates/"


def record():
    person = UserFactory(name=LONG)
    certified(make_booking(practitioner=person))
    other = over(make_booking(practitioner=person))
    actions.mark(other.session, [actions.Mark(other.pk, "present", NOW)], at=NOW, actor=None)
    return person, "/me/record/"


def empty_record():
    return UserFactory(), "/me/record/"


def said():
    organiser = make_organiser()
    booking = over(make_booking())
    give(booking, at=NOW, comment="Leo's mum liked it.")
    return organiser, f"/organise/sessions/{booking.session_id}/feedback/"


def to_redact():
    organiser, _ = said()
    return organiser, f"/organise/feedback/{EvaluationAnswer.objects.get(measure='comment').pk}/redact/"


def questions():
    return make_organiser(), "/organise/questions/hampshire/impact/"


def trained():
    booking = make_booking()
    trainer = make_trainer(booking.session)
    give(over(booking), at=NOW)
    return trainer.user, "/training/"


PAGES = [
    asked,
    asked_before,
    thanked,
    not_there,
    checked,
    revoked,
    to_check,
    record,
    empty_record,
    said,
    to_redact,
    questions,
    trained,
]
IN_EVERY_MODE = (asked, checked, record, said, to_redact, questions)


@pytest.mark.parametrize("make", PAGES)
def test_page_when_looked_at_then_axe_finds_nothing(site, context, client, make):
    person, path = make()
    if person:
        sign_in(context, client, person, site)

    assert (look if make in IN_EVERY_MODE else glance)(context, site + path) == []


def test_text_that_looks_like_a_case_when_sent_then_the_warning_takes_the_focus_and_axe_finds_nothing(site, context):
    _, path = asked()

    def send(page):
        for box in ("knowledge", "skills", "confidence", "relevance"):
            page.locator(f"#id_{box}_3").check()
        page.get_by_role("textbox").fill("Leo's mum liked it.")
        page.get_by_role("button", name="Send my answers").click()
        expect(page.get_by_role("heading", name="Please look again before you send this")).to_be_visible()
        assert page.evaluate("document.activeElement.className") == "notice notice-warning"
        assert page.get_by_role("button", name="Send as it is").is_visible()

    assert glance(context, site + path, then=send) == []
