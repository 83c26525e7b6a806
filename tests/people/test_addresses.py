"""One person, one address: written differently, read by several, or none at all."""

import re
import uuid

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from bookings import actions as bookings
from bookings.errors import MailboxNotConfirmed
from bookings.models import Booking
from notifications import delivery
from notifications.models import Message
from people.actions import grant_role, person_with, person_without_address
from people.addresses import SHARED_MAILBOXES, address_key, is_shared_mailbox
from people.models import User
from tests.api_client import Api
from tests.factories import NOW, PartnershipFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db


def ask(client, email):
    return client.post("/sign-in/", {"email": email})


def sign_in(client, email):
    """Ask for a code as one address, type it, and return where that led."""
    asked = ask(client, email)
    code = re.search(r"^\d{8}$", mail.outbox[-1].body, re.MULTILINE)[0]
    return client.post(asked.headers["Location"], {"code": code})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("pat@example.org", "PAT@Example.ORG"),
        ("pat@example.org", "pat+week@example.org"),
        ("pat@example.org", " Pat+a+b@example.org"),
        ("pat@example.org", "\uff50at@example.org"),
        ("pat@b\u00fccher.example.org", "pat+x@xn--bcher-kva.example.org"),
    ],
)
def test_addresses_when_they_differ_in_what_makes_no_difference_then_have_one_key(one, other):
    assert address_key(one) == address_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("p.at@example.org", "pat@example.org"),
        ("pat@example.org", "pat@example.com"),
        ("pat@example.org", "pat-week@example.org"),
        ("+pat@example.org", "+sam@example.org"),
    ],
)
def test_addresses_when_they_differ_otherwise_then_have_two_keys(one, other):
    assert address_key(one) != address_key(other)


def test_key_when_two_people_would_share_it_then_the_database_refuses():
    UserFactory(email="pat@example.org")

    with pytest.raises(IntegrityError), transaction.atomic():
        User(email="pat+week@example.org").save()


def test_person_when_their_address_is_anothers_but_for_a_tag_then_refused_beside_the_address():
    UserFactory(email="pat@example.org")

    with pytest.raises(ValidationError) as refusal:
        User.objects.create_user("pat+week@example.org")

    assert refusal.value.message_dict == {"email": ["Somebody has this address already."]}


def test_address_when_changed_then_its_key_follows_also_where_few_columns_are_stored():
    person = UserFactory(email="pat@example.org")
    person.email = "sam+x@example.org"
    person.save(update_fields=["email"])

    person.refresh_from_db()

    assert person.address_key == "sam@example.org"


def test_key_when_an_older_site_left_a_whole_address_then_it_stays_and_each_is_found():
    first = UserFactory(email="pat@example.org")
    second = UserFactory(email="other@example.org")
    User.objects.filter(pk=second.pk).update(email="pat+two@example.org", address_key="pat+two@example.org")
    second = User.objects.get(pk=second.pk)
    second.name = "Pat the second"
    second.save()

    assert User.objects.known_as("pat+two@example.org") == second
    assert User.objects.known_as("pat+three@example.org") == first
    assert User.objects.get(pk=second.pk).address_key == "pat+two@example.org"


def test_person_of_a_tagged_address_when_known_then_the_same_and_nobody_is_made():
    person = UserFactory(email="pat@example.org")

    assert person_with("pat+week@example.org", details={}) == person
    assert User.objects.get_by_natural_key("PAT+w@example.org") == person
    assert User.objects.count() == 1
    with pytest.raises(User.DoesNotExist):
        User.objects.get_by_natural_key("sam@example.org")


def test_sign_in_when_address_has_a_tag_then_the_code_goes_where_the_person_is_known(client):
    person = UserFactory(email="pat@example.org")

    ask(client, "pat+week@example.org")
    shown = client.get("/sign-in/code/").content.decode()
    answer = sign_in(client, "pat+week@example.org")

    assert {message.to[0] for message in mail.outbox} == {"pat@example.org"}
    assert "pat+week@example.org" in shown
    assert "pat@example.org" not in shown
    assert answer.headers["Location"] == "/me/"
    assert client.session["_auth_user_id"] == str(person.pk)


def test_sign_in_when_only_the_tag_differs_then_the_tries_count_together(client):
    for tag in "abc":
        ask(client, f"pat+{tag}@example.org")

    answer = ask(client, "pat+d@example.org")

    assert "Too many tries" in answer.content.decode()
    assert len(mail.outbox) == 3
    assert ask(client, "sam@example.org").status_code == 302


def test_sign_in_when_the_person_is_known_then_finding_them_is_one_query(client, django_assert_max_num_queries):
    UserFactory(email="pat@example.org")

    with django_assert_max_num_queries(20) as seen:
        ask(client, "pat+week@example.org")

    about_people = [query["sql"] for query in seen.captured_queries if 'FROM "people_user"' in query["sql"]]
    assert len(about_people) == 1


@pytest.mark.parametrize("name", SHARED_MAILBOXES)
def test_mailbox_when_named_like_one_of_many_readers_then_is_taken_for_it(name):
    assert is_shared_mailbox(f"{name}+x@example.org")
    assert not is_shared_mailbox(f"{name}s@example.org")


DETAILS = {"name": "Pat", "organisation_name": "Example School", "job_role": "Teacher"}


def test_details_when_the_mailbox_may_be_shared_then_asked_once_and_kept(client):
    person = UserFactory(email="office@example.org", name="")
    client.force_login(person)

    page = client.get("/me/details/").content.decode()
    client.post("/me/details/", {**DETAILS, "mailbox": "alone"})
    person.refresh_from_db()

    assert "Is office@example.org yours alone?" in page
    assert person.mailbox_confirmed_at is not None
    assert person.has_details
    assert "yours alone" not in client.get("/me/details/").content.decode()


@pytest.mark.parametrize("answer", ["shared", "", "else"])
def test_details_when_the_mailbox_is_shared_or_not_spoken_of_then_nothing_is_written(client, answer):
    person = UserFactory(email="office@example.org", name="", organisation_name="", job_role="")
    client.force_login(person)

    page = client.post("/me/details/", {**DETAILS, "mailbox": answer}).content.decode()
    person.refresh_from_db()

    assert "There is a problem" in page
    assert ("ask the organisers" in page) == (answer == "shared")
    assert (person.name, person.mailbox_confirmed_at) == ("", None)


def test_details_when_the_address_is_a_persons_then_no_word_about_mailboxes(client):
    client.force_login(UserFactory(email="pat@example.org"))

    assert "yours alone" not in client.get("/me/details/").content.decode()


def test_booking_when_the_mailbox_is_shared_then_refused_and_not_booked(client):
    session = SessionFactory()
    person = UserFactory(email="office@example.org")
    client.force_login(person)

    page = client.post(f"/sessions/{session.pk}/book/", {**DETAILS, "mailbox": "shared"}).content.decode()

    assert "ask the organisers" in page
    assert not Booking.objects.exists()


def test_booking_when_the_mailbox_is_said_to_be_ones_own_then_booked_and_never_asked_again(client):
    session = SessionFactory()
    person = UserFactory(email="office@example.org")
    client.force_login(person)

    client.post(f"/sessions/{session.pk}/book/", {**DETAILS, "mailbox": "alone"})

    assert Booking.objects.get().practitioner == person
    assert User.objects.get(pk=person.pk).mailbox_confirmed_at is not None


def test_api_when_a_shared_mailbox_books_for_itself_then_409_says_what_to_do():
    session, person = SessionFactory(), UserFactory(email="office@example.org")

    answer = Api(person).post("bookings/", {"session": session.pk})

    assert (answer.status_code, answer.json()["code"]) == (409, "mailbox_not_confirmed")
    assert "My details" in answer.json()["detail"]
    with pytest.raises(MailboxNotConfirmed):
        bookings.book(session, practitioner=person, actor=person, at=NOW)


def organiser_of(session):
    """Make an organiser of a session's partnership."""
    organiser = UserFactory(email="organiser@example.org")
    grant_role(organiser, "organiser", partnership=session.hosts.get(), at=NOW)
    return organiser


@pytest.fixture
def hosted():
    session = SessionFactory()
    if not session.hosts.exists():
        session.session_hosts.create(partnership=PartnershipFactory(), is_lead=True)
    return session


def test_api_when_an_organiser_books_a_shared_mailbox_then_booked(hosted):
    body = {"session": hosted.pk, "practitioner": {"email": "reception@example.org", "name": "Pat"}}

    answer = Api(organiser_of(hosted)).post("bookings/", body)

    assert answer.status_code == 201


def test_api_when_an_organiser_leaves_the_address_out_then_a_person_without_one_is_booked(hosted):
    body = {"session": hosted.pk, "practitioner": {"name": "Pat", "organisation": "Example School"}}

    answer = Api(organiser_of(hosted)).post("bookings/", body)

    person = Booking.objects.get().practitioner
    assert answer.status_code == 201
    assert re.fullmatch(r"nobody-[0-9a-f]{32}@no-address\.invalid", person.email)
    assert (person.has_address, person.name, person.organisation_name) == (False, "Pat", "Example School")


def test_api_when_neither_address_nor_name_is_sent_then_400_and_nobody_is_made(hosted):
    organiser = organiser_of(hosted)
    people = User.objects.count()

    answer = Api(organiser).post("bookings/", {"session": hosted.pk, "practitioner": {"job_role": "Nurse"}})

    assert (answer.status_code, User.objects.count()) == (400, people)
    assert "name" in answer.json()["errors"]


def test_api_when_a_practitioner_leaves_the_address_out_then_403(hosted):
    answer = Api(UserFactory()).post("bookings/", {"session": hosted.pk, "practitioner": {"name": "Pat"}})

    assert answer.status_code == 403
    assert not Booking.objects.exists()


def test_api_when_one_writes_ones_own_address_with_a_tag_then_books_for_oneself(hosted):
    person = UserFactory(email="pat@example.org")
    body = {"session": hosted.pk, "practitioner": {"email": "Pat+w@example.org"}}

    assert Api(person).post("bookings/", body).status_code == 201
    assert Booking.objects.get().practitioner == person


def test_mail_when_the_person_has_no_address_then_the_row_ends_and_says_why():
    person = person_without_address("Pat")
    bookings.book(SessionFactory(), practitioner=person, actor=None, at=NOW, source=Booking.Source.ORGANISER)
    Message.objects.update(due_at=timezone.now())

    delivery.drain()

    assert set(Message.objects.values_list("status", "error")) == {(Message.Status.CANCELLED, "Has no address.")}
    assert mail.outbox == []


@pytest.mark.parametrize("known", [True, False])
def test_sign_in_when_the_address_stands_for_none_then_refused_and_nobody_is_made(client, known):
    email = person_without_address("Pat").email if known else f"nobody-{uuid.uuid4().hex}@no-address.invalid"
    people = User.objects.count()

    answer = ask(client, email)

    assert answer.status_code == 200
    assert "in the right form" in answer.content.decode()
    assert (User.objects.count(), mail.outbox) == (people, [])


def test_person_without_address_when_made_twice_then_two_people_and_none_without_a_name():
    assert person_without_address("Pat") != person_without_address("Pat")
    with pytest.raises(ValidationError):
        person_without_address(" ")


def test_admin_when_somebody_has_no_address_then_the_list_says_how_to_tell_them(client):
    person = person_without_address("Pat")
    client.force_login(UserFactory(is_staff=True, is_superuser=True))

    page = client.get("/admin/people/user/").content.decode()

    assert "No address: tell them by phone or letter" in page
    assert person.email not in page
