"""Two partnerships with the same things in each, and everybody who might look at them.

What Hampshire has is "own", what the Isle of Wight has is "other"; "absent" is there for nobody.
"""

from datetime import timedelta
from itertools import count

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bookings import actions, links
from bookings.certificate_codes import new_code
from bookings.models import (
    AccessNeed,
    Approval,
    AttendanceReport,
    CalendarReply,
    Certificate,
    Charge,
    EvaluationAnswer,
    EvaluationForm,
    EvaluationResponse,
    FeedToken,
    Handover,
    ReportSnapshot,
)
from events.models import PlannedChange, Resource, SessionTrainer
from notifications.kinds import Kind
from notifications.models import BulkMessage, InboundReply, Message, Undeliverable
from notifications.stop_links import stop_address
from people.models import ApiToken, DataRequest, RoleGrant, User
from tests.access.rules import ROLES
from tests.factories import (
    NOW,
    START,
    OrganisationFactory,
    PartnershipFactory,
    RoomFactory,
    SessionFactory,
    ThemeFactory,
    TrainerFactory,
    UserFactory,
    VenueFactory,
    WeekFactory,
    make_booking,
)

ABSENT = 987_654


class World:
    """Two places and a browser for each role."""

    def __init__(self):
        self.numbers = count(1)
        hampshire, island = PartnershipFactory(), PartnershipFactory(slug="isle-of-wight")
        trust, school = OrganisationFactory(slug="example-trust"), OrganisationFactory(slug="island-school")
        people = {
            "practitioner": UserFactory(email="practitioner@example.org", organisation=trust),
            "another": UserFactory(email="another@example.org", organisation=school),
        }
        for role in ROLES[3:]:
            people[role] = UserFactory(email=f"{role}@example.org", is_active=role != "disabled")
        grant(people["organiser"], "organiser", partnership=hampshire)
        grant(people["islander"], "organiser", partnership=island)
        grant(people["disabled"], "organiser", partnership=hampshire)
        for role, of in [
            ("organiser", {"partnership": hampshire}),
            ("analyst", {"partnership": hampshire}),
            ("agency_lead", {"organisation": trust}),
            ("administrator", {}),
        ]:
            grant(people["former"], role, **of, expires_at=NOW - timedelta(days=1))
        grant(people["trainer"], "trainer")
        grant(people["analyst"], "analyst", partnership=hampshire)
        grant(people["lead"], "agency_lead", organisation=trust)
        User.objects.filter(pk=people["administrator"].pk).update(is_superuser=True, is_staff=True)
        self.people = people
        self.browsers = {role: Client(raise_request_exception=False) for role in ROLES}
        for role, person in people.items():
            self.browsers[role].force_login(person)
        self.own = self.place(hampshire, people["practitioner"], people["trainer"])
        self.other = self.place(island, people["another"], None)

    def place(self, partnership, person, trainer):
        """Give a partnership one of everything that a page can be about."""
        number = next(self.numbers)
        week = WeekFactory(slug=f"2027-06-week-{number}", title=f"Week {number}", host=partnership)
        planned = WeekFactory(slug=f"2027-06-draft-{number}", state="draft", host=partnership)
        venue = VenueFactory(slug=f"venue-{number}")
        taught = TrainerFactory(slug=f"trainer-{number}", user=trainer)
        session = SessionFactory(week=week, host=partnership, capacity=50, format="in_person", venue=venue)
        SessionTrainer.objects.create(
            session=session, trainer=taught, starts_at=session.starts_at, ends_at=session.ends_at, takes_place=True
        )
        draft = SessionFactory(week=planned, host=partnership, state="draft", starts_at=START + timedelta(days=1))
        moving = SessionFactory(week=week, host=partnership, starts_at=START + timedelta(days=2))
        booking = make_booking(session=session, practitioner=person)
        actions.say_need(booking, text="A seat near the door", at=NOW)
        runs = self.browsers["organiser" if partnership.slug == "hampshire" else "islander"]
        runs.post("/organise/reports/summary/keep/")
        kept = ReportSnapshot.objects.latest("pk")
        charge = Charge.written.add(booking=booking, partnership=partnership, reason="absence", pence=5000, made_at=NOW)
        asked = {"asked_at": NOW, "expires_at": START}
        approval = Approval.written.add(booking=booking, manager_email="mo@example.org", **asked)
        handover = Handover.written.add(booking=booking, colleague_email="col@example.org", **asked)
        reply = CalendarReply.written.add(
            booking=booking, partstat="declined", sequence=0, stamp=NOW, digest=f"{number:064}", received_at=NOW
        )
        answer = InboundReply.objects.create(
            booking=booking,
            digest=f"{number:064}",
            raw=b"",
            size=0,
            way="mailbox",
            received_at=NOW,
            outcome="odd",
            why="A part is torn.",
        )
        read = AttendanceReport.written.add(session=session, digest=f"{number:064}", read_at=NOW, placed=0)
        letter = BulkMessage.objects.create(
            session=session, groups=["confirmed"], recipients=1, made_at=NOW, goes_at=START
        )
        certificate = certificate_of(booking)
        said = evaluation(booking)
        message = Message.objects.filter(booking=booking).order_by("pk")[0]
        Message.objects.filter(pk=message.pk).update(status="failed", due_at=NOW)
        change = PlannedChange.objects.create(session=moving, kind="cancel", reason="Ill", due_at=NOW)
        address = Undeliverable.objects.create(address=person.email, reason="bounced", since=NOW)
        FeedToken.issue(person)
        secret = FeedToken.issue(person)
        ApiToken.issue(person)
        resource = Resource.objects.create(
            slug=f"resource-{number}", title="A pack", kind="toolkit", file=pack(), week=week, released_at=NOW
        )
        room = RoomFactory(venue=venue, name=f"Room {number}")
        need = AccessNeed.objects.get(booking=booking)
        feed, token = FeedToken.objects.filter(user=person).first(), ApiToken.objects.filter(user=person).first()
        return {
            "session": {"pk": session.pk},
            "draft": {"pk": draft.pk},
            "api_session": {"session_id": session.pk},
            "api_draft": {"session_id": draft.pk},
            "week": {"slug": week.slug},
            "planned": {"slug": planned.slug},
            "booking": {"pk": booking.pk},
            "api_booking": {"booking_id": booking.pk},
            "file": {"slug": week.slug, "form": "yaml"},
            "form": {"form": "yaml"},
            "place": {"pk": session.pk, "booking": booking.pk},
            "need": {"pk": need.pk},
            "charge": {"pk": charge.pk},
            "person": {"pk": person.pk},
            "change": {"pk": change.pk},
            "message": {"pk": message.pk},
            "address": {"pk": address.pk},
            "feed": {"pk": feed.pk},
            "secret": {"token": secret},
            "token": {"token_id": token.pk},
            "partnership": {"slug": partnership.slug},
            "partnership_week": {"slug": partnership.slug, "week": week.slug},
            "resource": {"slug": resource.slug},
            "theme": {"slug": ThemeFactory().slug},
            "venue": {"slug": venue.slug},
            "room": {"slug": venue.slug, "pk": room.pk},
            "trainer": {"slug": taught.slug},
            "approval": {"token": token_of(links.APPROVAL, approval)},
            "decline": {"token": token_of(links.DECLINE, reply)},
            "answer": {"pk": answer.pk},
            "read": {"pk": session.pk, "report": read.pk},
            "asked": {"pk": asked_of(person).pk},
            "letter": {"pk": letter.pk},
            "text": {"slug": partnership.slug, "kind": "confirmation"},
            "stop": {"token": stop_address(person.pk, Kind.NEWS).rstrip("/").rsplit("/", 1)[1]},
            "code": {"code": certificate.code},
            "said": {"pk": said.pk},
            "questions": {"slug": partnership.slug, "stage": "post"},
            "record": {"kind": "csv"},
            "report": {"slug": "summary"},
            "kept": {"pk": kept.pk},
            "kept_file": {"pk": kept.pk, "kind": "csv"},
            "stage": {"token": token_of(links.FEEDBACK, booking), "stage": "pre"},
            "handover": {"token": token_of(links.HANDOVER, handover)},
            **{name: {"token": token_of(purpose, booking)} for name, purpose in LINKS.items()},
        }


LINKS = {
    "arrival": links.ARRIVAL,
    "feedback": links.FEEDBACK,
    "absence": links.ABSENCE,
    "absence_of_staff": links.ABSENCE_OF_STAFF,
    "offer": links.OFFER,
    "join": links.JOIN,
    "coming": links.COMING,
    "cancel": links.CANCEL,
    "give": links.GIVE,
}


def token_of(purpose, row):
    """The signed part of a link about a row."""
    return links.path_of(purpose, row).rstrip("/").rsplit("/", 1)[1]


def certificate_of(booking):
    return Certificate.written.add(
        booking=booking,
        code=new_code(),
        name=booking.name,
        title=booking.session.title,
        starts_at=booking.session.starts_at,
        ends_at=booking.session.ends_at,
        zone="Europe/London",
        issued_at=NOW,
    )


def evaluation(booking):
    """What somebody answered."""
    form = EvaluationForm.objects.first() or EvaluationForm.written.add(stage="post", version=1, questions=[])
    response = EvaluationResponse.written.add(
        form=form, session=booking.session, booking=booking, stage="post", given_at=NOW
    )
    return EvaluationAnswer.written.add(response=response, question="q", measure="other", text="It was good")


def asked_of(person):
    """What somebody asked about their data."""
    day = NOW.date()
    return DataRequest.objects.create(kind="access", about=str(person), received_on=day, handled_by=person)


def pack():
    return SimpleUploadedFile("pack.txt", b"A pack")


def grant(person, role, **of):
    RoleGrant.objects.create(user=person, role=role, **of)
