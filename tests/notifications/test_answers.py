"""Answers that changed nothing: listed for the organisers they concern, shown as text, and marked as seen."""

import pytest

from notifications import replies
from notifications.models import InboundReply
from people.models import RoleGrant
from tests.factories import NOW, SessionFactory, UserFactory, make_booking
from tests.notifications.reply_mails import gmail, gmail_entry
from tests.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
LIST = "/organise/answers/"


@pytest.fixture
def booking(hampshire):
    return make_booking(session=SessionFactory(), practitioner=UserFactory(email="pat@example.org", name="Pat Sample"))


@pytest.fixture
def odd(booking):
    """An answer of somebody else to an invitation of Hampshire's."""
    return replies.take_in(gmail(booking, sender="kim@example.org"), way="mailbox", at=NOW)


@pytest.fixture
def unknown():
    """A letter about nothing of ours, which has a try at the page that shows it."""
    raw = b"From: <script>x</script>@example.org\nSubject: Hi\n\n<script>alert(1)</script>\x1b[31m\x00\xff end\n"
    return replies.take_in(raw, way="mailbox", at=NOW)


@pytest.fixture
def administrator(client, hampshire):
    person = UserFactory(email="administrator@example.org")
    RoleGrant.objects.create(user=person, role="administrator")
    client.force_login(person)
    return client


def test_list_then_what_is_odd_with_why_and_the_way_to_it(organiser, booking, odd):
    page = organiser.get(LIST)

    text = words(page)
    assert "kim@example.org" in text
    assert "It comes from kim@example.org and answers for pat@example.org" in text
    assert "Pat Sample" in text
    assert f"{LIST}{odd.pk}/" in page.content.decode()


def test_desk_then_leads_to_what_is_odd(organiser, odd):
    assert f"{LIST}{odd.pk}/" in organiser.get("/organise/").content.decode()
    organiser.post(f"{LIST}{odd.pk}/seen/")
    assert f"{LIST}{odd.pk}/" not in organiser.get("/organise/").content.decode()


def test_one_then_why_what_it_says_and_its_letters_as_text(organiser, odd):
    page = organiser.get(f"{LIST}{odd.pk}/")

    text = words(page)
    assert "Nothing was changed." in text
    assert "What its calendar part says BEGIN:VCALENDAR" in text
    assert "PARTSTAT=DECLINED" in text
    assert "The mail as it came" in text
    assert "UGF0IGhhcyBhbnN3ZXJlZC4=" in text


def test_one_that_is_made_to_do_harm_then_is_text_and_nothing_else(administrator, unknown):
    page = administrator.get(f"{LIST}{unknown.pk}/")

    html = page.content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "\x1b" not in html
    assert "\x00" not in html
    assert "None of ours that we know of" in words(page)


@pytest.mark.parametrize("size", [30_000, 5 * 1024 * 1024])
def test_one_that_is_large_then_only_its_beginning_is_shown(administrator, size):
    row = replies.take_in(b"From: a@example.org\n\n" + b"x" * size, way="mailbox", at=NOW)

    page = administrator.get(f"{LIST}{row.pk}/")

    assert "its beginning" in words(page)
    assert len(page.content) < 100_000


def test_one_made_of_parts_without_end_then_shown_all_the_same(administrator):
    row = replies.take_in(b"Content-Type: message/rfc822\n\n" * 3000, way="mailbox", at=NOW)

    assert administrator.get(f"{LIST}{row.pk}/").status_code == 200


def test_seen_then_by_whom_and_when_and_twice_is_as_once(organiser, islander, odd):
    for _ in range(2):
        organiser.post(f"{LIST}{odd.pk}/seen/")

    odd.refresh_from_db()
    assert (odd.seen_by, odd.seen_at) == (organiser.person, NOW)
    assert "There is nothing to look at." in words(organiser.get(LIST))
    assert f"Seen by {organiser.person}" in words(organiser.get(f"{LIST}?all=1"))
    assert "I have looked at it" not in words(organiser.get(f"{LIST}{odd.pk}/"))


def test_looking_then_marks_nothing(organiser, odd):
    organiser.get(f"{LIST}{odd.pk}/")
    assert organiser.get(f"{LIST}{odd.pk}/seen/").status_code == 405

    odd.refresh_from_db()
    assert odd.seen_at is None


def test_organiser_of_another_partnership_then_it_is_not_there(islander, odd):
    assert "kim@example.org" not in words(islander.get(f"{LIST}?all=1"))
    assert islander.get(f"{LIST}{odd.pk}/").status_code == 404
    assert islander.post(f"{LIST}{odd.pk}/seen/").status_code == 404
    odd.refresh_from_db()
    assert odd.seen_at is None


def test_mail_about_nothing_of_ours_then_for_administrators_alone(organiser, administrator, unknown):
    assert organiser.get(f"{LIST}{unknown.pk}/").status_code == 404
    assert organiser.post(f"{LIST}{unknown.pk}/seen/").status_code == 404
    assert administrator.get(f"{LIST}{unknown.pk}/").status_code == 200
    assert administrator.post(f"{LIST}{unknown.pk}/seen/").status_code == 302


def test_whoever_organises_nothing_then_there_is_no_such_page(client, booking, odd):
    assert client.get(LIST).url == f"/sign-in/?next={LIST}"
    client.force_login(booking.practitioner)
    assert [client.get(address).status_code for address in (LIST, f"{LIST}{odd.pk}/")] == [404, 404]
    assert client.post(f"{LIST}{odd.pk}/seen/").status_code == 404


@pytest.mark.parametrize("count", [1, 4])
def test_list_when_few_or_many_then_costs_the_same(organiser, booking, count, django_assert_num_queries):
    for number in range(count):
        entry = gmail_entry(booking, "declined", minutes=number + 1)
        replies.take_in(gmail(booking, entry=entry, sender="kim@example.org"), way="mailbox", at=NOW)
    assert InboundReply.objects.count() == count
    organiser.get(LIST)
    with django_assert_num_queries(8):
        organiser.get(LIST)
