"""Writing to the people of a session: who they are, what is seen before, what goes, and how it is stopped."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from bookings import actions
from bookings.links import JOIN, path_of
from bookings.models import Booking
from events.models import Session, SessionHost
from notifications import bulk, choices, delivery, messages
from notifications.invariants import faults
from notifications.kinds import Kind
from notifications.models import BulkMessage, Message
from notifications.readers import NoLongerTrue
from people.addresses import placeholder_address
from tests.factories import NOW, SessionFactory, UserFactory, make_booking, make_queued
from tests.notifications.mails import SIGNED, html_of, mail_of, row_of, words_of
from tests.pages import markup

pytestmark = pytest.mark.django_db  # letters go by the database's clock, which no test can stop; pages by ours
MINUTE = timedelta(minutes=1)
WORDS = "Dear {name},\n\nthe car park is closed & we meet at <the gate>."


@pytest.fixture
def session(hampshire):
    return SessionFactory(host=hampshire, capacity=3)


def letter(*groups, is_service=True, **words):
    whole = {"subject": "Where to park", "text": WORDS} | words
    return bulk.Letter(groups or ("confirmed",), whole["subject"], whole["text"], is_service)


def write(session, *groups, key=None, seen=None, at=NOW, is_service=True, **words):
    what = letter(*groups, is_service=is_service, **words)
    seen = len(bulk.recipients(session, what.groups, what.kind)) if seen is None else seen
    return bulk.write(
        session, what, key=key or uuid.uuid4(), seen=seen, actor=UserFactory(email="olu@example.org"), at=at
    )


def rows():
    return Message.objects.filter(kind__in=[Kind.BULK, Kind.NEWS])


# Who it goes to


def test_groups_when_asked_for_then_each_person_once_and_nobody_without_an_address_or_who_has_left(session):
    came, away, left = [make_booking(session=session) for _ in range(3)]
    waiting = make_queued(session=session)
    actions.cancel(left, at=NOW)
    waiting.refresh_from_db()
    nowhere = make_booking(session=SessionFactory(capacity=None), practitioner=UserFactory(email=placeholder_address()))
    Session.objects.filter(pk=session.pk).update(starts_at=NOW, ends_at=NOW + timedelta(hours=1))
    marks = [actions.Mark(came.pk, "present", NOW), actions.Mark(away.pk, "did_not_attend", NOW)]
    actions.mark(session, marks, at=NOW, actor=None)

    def who(*groups):
        return {one.pk for one in bulk.recipients(session, groups, Kind.BULK)}

    assert who("confirmed") == {came.pk, away.pk} | ({waiting.pk} if waiting.status == "confirmed" else set())
    assert who("waiting") == ({waiting.pk} if waiting.status != "confirmed" else set())
    assert who("attended") == {came.pk}
    assert who("absent") == {away.pk}
    assert who("attended", "absent", "confirmed", "waiting") == {came.pk, away.pk, waiting.pk}
    assert bulk.recipients(nowhere.session, ["confirmed"], Kind.BULK) == []
    assert bulk.counts(session)["attended"] == 1


def test_letter_when_written_then_one_row_for_each_in_ten_minutes_at_low_urgency(session):
    first, second = make_booking(session=session), make_booking(session=session)
    key = uuid.uuid4()

    row = write(session, key=key)

    assert write(session, key=key).pk == row.pk  # a form that is sent twice
    found = rows().order_by("booking")
    assert [(one.booking_id, one.due_at, one.rank, one.status) for one in found] == [
        (booking.pk, NOW + 10 * MINUTE, 2, "pending") for booking in (first, second)
    ]
    assert (row.recipients, row.goes_at) == (2, NOW + 10 * MINUTE)
    assert faults(at=NOW) == []


def test_letter_when_nobody_is_there_or_others_than_seen_then_refused_and_nothing_is_written(session):
    with pytest.raises(bulk.NobodyToTell):
        write(session)
    make_booking(session=session)
    with pytest.raises(bulk.OthersThanSeen):
        write(session, seen=2)
    assert not BulkMessage.objects.exists()


@pytest.mark.parametrize("words", [{"text": "{until}"}, {"text": "{{ x }}"}, {"subject": "Half {"}, {"text": "x\x00"}])
def test_letter_when_its_words_cannot_be_used_then_refused(session, words):
    make_booking(session=session)
    with pytest.raises(ValidationError):
        write(session, **words)
    assert not rows().exists()


# What it says


def test_mail_when_about_the_session_then_says_what_was_written_as_text_and_cannot_be_stopped(session):
    booking = make_booking(session=session, practitioner=UserFactory(name="Pat Sample"))
    write(session)
    mail = mail_of(booking, "bulk")
    assert mail["Subject"] == "Where to park: Sharing information with confidence, Tuesday 22 June 2027"
    assert "Dear Pat, the car park is closed & we meet at <the gate>." in words_of(mail)
    assert "the car park is closed &amp; we meet at &lt;the gate&gt;." in html_of(mail)
    assert mail["List-Unsubscribe"] is None
    assert "switch off" not in words_of(mail)


def test_mail_when_it_is_other_news_then_one_press_stops_it_without_signing_in(session, client, settings):
    booking = make_booking(session=session)
    write(session, is_service=False)
    mail = mail_of(booking, "news")
    address = str(mail["List-Unsubscribe"]).strip("<>")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address.startswith(f"{settings.SITE_URL}/messages/stop/")
    assert address in words_of(mail)
    path = address.removeprefix(settings.SITE_URL)

    assert "Stop these mails?" in client.get(path).text
    assert not choices.is_switched_off(booking.practitioner_id, Kind.NEWS)  # a scanner that follows links stops nothing
    for _ in range(2):
        answer = client.post(path, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    assert choices.is_switched_off(booking.practitioner_id, Kind.NEWS)
    assert answer.headers["Cache-Control"] == "no-store, private"
    with pytest.raises(NoLongerTrue, match="switched these messages off"):
        messages.build(row_of(booking, "news"))
    with pytest.raises(bulk.NobodyToTell):
        write(session, is_service=False)
    assert write(session).recipients == 1  # what is about the session still comes
    assert client.get(path.replace(":", "x")).status_code == 404


# Taking it back


def test_letter_when_taken_back_in_time_then_nobody_gets_it(session):
    booking = make_booking(session=session)
    row = write(session)
    message = row_of(booking, "bulk")
    actor = UserFactory(email="other@example.org")

    taken = bulk.take_back(row, actor=actor, at=NOW + 9 * MINUTE)

    assert (taken.undone_at, taken.undone_by) == (NOW + 9 * MINUTE, actor)
    assert bulk.take_back(row, actor=UserFactory(), at=NOW + 9 * MINUTE).undone_by == actor
    assert row_of(booking, "bulk").status == "cancelled"
    with pytest.raises(NoLongerTrue, match="took it back"):  # also where a worker holds it already
        messages.build(Message.objects.get(pk=message.pk))


def test_letter_when_it_is_under_way_then_cannot_be_taken_back(session):
    booking = make_booking(session=session)
    row = write(session)
    with pytest.raises(bulk.UnderWay):
        bulk.take_back(row, actor=UserFactory(), at=row.goes_at)
    assert row_of(booking, "bulk").status == "pending"


def test_letter_when_somebody_has_left_the_group_meanwhile_then_they_do_not_get_it(session):
    booking, marked = make_booking(session=session), make_booking(session=session)
    write(session)
    write(session, "confirmed", subject="Again")
    actions.cancel(booking, at=NOW + MINUTE)
    assert set(rows().filter(booking=booking).values_list("status", flat=True)) == {"cancelled"}
    BulkMessage.objects.update(groups=["absent"])
    with pytest.raises(NoLongerTrue, match="none of those it was written to"):
        messages.build(row_of(marked, "bulk"))


def test_letter_when_due_then_goes_once_to_each(session, sink, now):
    people = [make_booking(session=SessionFactory(starts_at=now + timedelta(days=20)), at=now) for _ in range(1)]
    people.append(make_booking(session=people[0].session, at=now))
    Message.objects.update(status="cancelled")
    write(people[0].session, at=now - 11 * MINUTE)

    assert (delivery.drain(), delivery.drain()) == (2, 0)

    assert len(sink.received) == 2
    assert set(rows().values_list("status", flat=True)) == {"sent"}


@pytest.mark.parametrize("change", [{"recipients": 0}, {"undone_at": NOW + 11 * MINUTE}])
def test_the_database_refuses_a_letter_to_nobody_and_one_taken_back_too_late(session, change):
    make_booking(session=session)
    row = write(session)
    with pytest.raises(IntegrityError), transaction.atomic():
        BulkMessage.objects.filter(pk=row.pk).update(**change)


# The organisers' page


@pytest.fixture
def organiser(clock, organiser):
    return organiser


@pytest.fixture
def islander(clock, islander):
    return islander


@pytest.fixture
def desk(session, clock):
    make_booking(session=session, practitioner=UserFactory(name="Pat Sample"))
    return f"/organise/sessions/{session.pk}/write/"


def typed(**fields):
    return {"groups": ["confirmed"], "subject": "Where to park", "text": WORDS, "about": "session", **fields}


def previewed(organiser, desk, **fields):
    answer = organiser.post(desk, typed(look="yes", **fields))
    return {name: answer.context[name] for name in ("seen", "digest", "key")}


def test_page_when_previewed_then_says_how_many_and_what_they_read_and_sends_nothing(organiser, desk):
    assert "Those with a place (1)" in markup(organiser.get(desk))
    answer = organiser.post(desk, typed(look="yes"))
    assert "It goes to 1 person" in markup(answer)
    assert "Dear Pat, the car park is closed &amp; we meet at &lt;the gate&gt;." in markup(answer)
    assert not BulkMessage.objects.exists()


@pytest.mark.parametrize("about", ["session", "other"])
def test_page_when_previewed_then_no_link_or_name_of_anybody_booked_stands_in_it(organiser, hampshire, about):
    session = SessionFactory(host=hampshire, format="online", capacity=2)
    first = make_booking(session=session, practitioner=UserFactory(name="Wilhelmina Reader"))
    make_booking(session=session), make_queued(session=session)
    write(session)
    assert path_of(JOIN, first) in words_of(mail_of(first, "bulk"))  # the control
    for groups in (["confirmed"], ["waiting"]):
        answer = organiser.post(
            f"/organise/sessions/{session.pk}/write/", typed(look="yes", about=about, groups=groups)
        )
        shown = answer.context["mail"]
        assert "Dear Pat," in shown.plain
        assert not SIGNED.search(shown.plain + shown.html + markup(answer))
        assert "Wilhelmina" not in markup(answer)
        assert ("by your own way in" in shown.plain) == (groups == ["confirmed"])


def test_page_when_sent_twice_then_written_once_and_can_be_taken_back(organiser, desk):
    seen = previewed(organiser, desk)
    for _ in range(2):
        answer = organiser.post(desk, typed(send="yes", **seen), follow=True)
    assert "It goes to 1 at 10:10." in markup(answer)
    row = BulkMessage.objects.get()
    assert (row.made_by, rows().count()) == (organiser.person, 1)
    assert "Take it back" in markup(answer)
    back = organiser.post(f"/organise/letters/{row.pk}/back/", follow=True)
    assert "It is taken back: nobody gets it." in markup(back)
    assert "taken back at" in markup(back)
    history = organiser.get(f"/organise/bookings/{Booking.objects.get().pk}/")
    assert "Message from the organisers" in markup(history)


def test_page_when_changed_since_the_preview_or_others_than_seen_then_shown_again_and_nothing_goes(
    organiser, desk, session
):
    seen = previewed(organiser, desk)
    answer = organiser.post(desk, typed(send="yes", **seen) | {"text": "Something else."})
    assert "It is not what you looked at." in markup(answer)
    make_booking(session=session)
    answer = organiser.post(desk, typed(send="yes", **seen))
    assert answer.status_code == 409
    assert "It goes to 2 people" in markup(answer)
    assert not BulkMessage.objects.exists()


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"groups": []}, 400, "Say whom to write to."),
        ({"groups": ["everybody"]}, 400, "Select a valid choice"),
        ({"groups": ["waiting"]}, 409, "There is nobody to write to"),
        ({"text": "{until}"}, 400, "There is no placeholder {until}."),
        ({"subject": ""}, 400, "Enter"),
        ({"send": "yes", "key": "x"}, 200, "It is not what you looked at."),
    ],
)
def test_page_when_it_cannot_be_sent_then_says_why(organiser, desk, fields, status, said):
    answer = organiser.post(desk, typed(look="yes") | fields)
    assert answer.status_code == status
    assert said in markup(answer) or said == "Enter"
    assert not BulkMessage.objects.exists()


def test_page_when_asked_for_by_others_then_is_not_there(islander, island, client, desk, session):
    row = write(session)
    assert islander.get(desk).status_code == 404
    assert islander.post(f"/organise/letters/{row.pk}/back/").status_code == 404
    assert client.get(desk).status_code == 302
    SessionHost.objects.create(session=session, partnership=island)
    assert islander.get(desk).status_code == 200


def test_page_when_there_are_many_then_asks_as_often(organiser, desk, session, django_assert_max_num_queries):
    write(session)
    with django_assert_max_num_queries(26):
        organiser.get(desk)
