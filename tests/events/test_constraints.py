"""What the database refuses, whoever writes: each named constraint, with a row that breaks it."""

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from events.models import (
    CalendarFault,
    DayTheme,
    KeyMessage,
    PlannedChange,
    PracticeWeek,
    ProgrammeRevision,
    Resource,
    ResourceCount,
    Room,
    Session,
    SessionHost,
    SessionPart,
    SessionTopic,
    SessionTrainer,
    WeekDay,
    WeekHost,
    WeekPresentation,
)
from events.models.overlap import NoOverlap
from people.models import (
    DataRequest,
    IdempotencyKey,
    MailCount,
    Organisation,
    RoleGrant,
    SafeguardingContact,
    Statement,
    User,
)
from tests.factories import (
    NOW,
    START,
    OrganisationFactory,
    PartnershipFactory,
    RoomFactory,
    SessionFactory,
    ThemeFactory,
    TopicFactory,
    TrainerFactory,
    UserFactory,
    VenueFactory,
    WeekFactory,
    make_two_part,
)
from tests.factories.events import make_day, make_host, make_resource, make_session_host
from tests.factories.people import AreaFactory


def update(model, **fields):
    return lambda row: model.objects.filter(pk=row.pk).update(**fields)


def move_into_a_venue(session):
    update(Session, venue=VenueFactory())(session)


def make_contact():
    return SafeguardingContact.objects.create(area=AreaFactory(), audience="public", phone="0000")


def make_message():
    return KeyMessage.objects.create(week=WeekFactory(), heading="One thing", released_at=NOW)


def make_grant():
    return RoleGrant.objects.create(
        user=UserFactory(email="a@example.org"), role="organiser", partnership=PartnershipFactory()
    )


def make_presentation():
    return WeekPresentation.objects.create(week=WeekFactory(), partnership=PartnershipFactory(), title="Reviews")


def make_key():
    return IdempotencyKey.objects.create(owner=UserFactory(email="a@example.org"), key="k", request_digest="d")


def make_planned_change():
    return PlannedChange.objects.create(session=SessionFactory(), kind="cancel", made_at=NOW, due_at=NOW)


def make_statement():
    return Statement.objects.create(
        partnership=PartnershipFactory(), kind="terms", version=1, in_force_on=NOW.date(), text="Be kind."
    )


def make_part():
    return SessionTrainer.objects.create(session=SessionFactory(state="draft"), trainer=TrainerFactory())


def make_later_date():
    return make_two_part().parts.get()


def same_number(part):
    SessionPart.objects.create(session=part.session, number=part.number, starts_at=part.starts_at, ends_at=part.ends_at)


def again(row):
    """Insert the row a second time."""
    values = {
        field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key
    }
    type(row).objects.create(**values)


def make_fault():
    return CalendarFault.objects.create(kind="events.session", row=1, problem="ValueError", revision=1, at=NOW)


def make_request():
    return DataRequest.objects.create(kind="access", about="Pat Sample", received_on=date(2027, 4, 30))


def make_count():
    resource = Resource.objects.create(slug="kit", title="The kit", kind="toolkit", released_at=NOW)
    return ResourceCount.objects.create(resource=resource, day=date(2027, 5, 4))


def make_mail_count():
    return MailCount.objects.create(kind="code_to", whose="0" * 64, day=date(2027, 5, 4))


# By constraint: how a row that keeps it is made, and what then breaks it.
BROKEN_BY = {
    "calendar_fault_once_per_row": (make_fault, again),
    "data_request_kind_known": (make_request, update(DataRequest, kind="question")),
    "data_request_acknowledged_after_it_came": (make_request, update(DataRequest, acknowledged_on=date(2027, 4, 29))),
    "data_request_closed_after_it_came": (
        make_request,
        update(DataRequest, closed_on=date(2027, 4, 29), outcome="Done"),
    ),
    "data_request_closed_with_an_outcome": (make_request, update(DataRequest, closed_on=date(2027, 5, 1))),
    "resource_count_once_per_day": (make_count, again),
    "practice_week_starts_on_monday": (WeekFactory, update(PracticeWeek, starts_on=date(2027, 6, 22))),
    "practice_week_state_known": (WeekFactory, update(PracticeWeek, state="hidden")),
    "practice_week_publish_at_of_a_draft": (WeekFactory, update(PracticeWeek, publish_at=NOW)),
    "planned_change_one_waiting_per_session": (make_planned_change, again),
    "planned_change_state_known": (make_planned_change, update(PlannedChange, state="lost", ended_at=NOW)),
    "planned_change_kind_known": (make_planned_change, update(PlannedChange, kind="postpone")),
    "planned_change_ended_at_unless_waiting": (make_planned_change, update(PlannedChange, state="done")),
    "room_name_once_per_venue": (
        RoomFactory,
        lambda room: Room.objects.create(venue=room.venue, name=room.name),
    ),
    "session_room_at_a_venue": (
        SessionFactory,
        lambda session: update(Session, room=RoomFactory())(session),
    ),
    "session_limits_by_mode_where_both": (SessionFactory, update(Session, online_capacity=3)),
    "session_cameras_known": (SessionFactory, update(Session, cameras="maybe")),
    "session_last_part_ends_last": (
        SessionFactory,
        update(Session, last_ends_at=START, further_time=timedelta(hours=1)),
    ),
    "session_part_number_once": (make_later_date, same_number),
    "session_part_after_the_first": (make_later_date, update(SessionPart, number=1)),
    "session_part_ends_after_start": (make_later_date, update(SessionPart, ends_at=START)),
    "session_part_lasts_a_day_at_most": (
        make_later_date,
        update(SessionPart, ends_at=START + timedelta(days=15, hours=1)),
    ),
    "session_trainer_once": (make_part, again),
    "statement_version_once": (make_statement, again),
    "statement_kind_known": (make_statement, update(Statement, kind="cookies")),
    "week_host_once": (
        make_host,
        lambda host: WeekHost.objects.create(week=host.week, partnership=host.partnership),
    ),
    "week_host_one_lead": (
        WeekFactory,
        lambda week: WeekHost.objects.create(
            week=week, partnership=PartnershipFactory(slug="isle-of-wight"), is_lead=True
        ),
    ),
    "week_presentation_once": (make_presentation, again),
    "week_day_once": (make_day, again),
    "week_day_monday_to_friday": (make_day, update(WeekDay, number=6)),
    "week_day_kind_known": (make_day, update(WeekDay, kind="holiday")),
    "day_theme_once": (lambda: DayTheme.objects.create(day=make_day(), theme=ThemeFactory()), again),
    "programme_revision_one_row": (
        lambda: ProgrammeRevision.objects.get_or_create(pk=1),
        lambda _: ProgrammeRevision.objects.create(pk=2),
    ),
    "resource_kind_known": (make_resource, update(Resource, kind="film")),
    "key_message_position_once_per_week": (make_message, again),
    "session_topic_slug_once_per_week": (
        TopicFactory,
        lambda topic: SessionTopic.objects.create(week=topic.week, slug=topic.slug, title="Another"),
    ),
    "session_code_once_per_week": (
        SessionFactory,
        lambda session: SessionFactory(week=session.week, topic=session.topic, code=session.code),
    ),
    "session_ends_after_start": (SessionFactory, update(Session, ends_at=START)),
    "session_lasts_a_day_at_most": (SessionFactory, update(Session, ends_at=START + timedelta(hours=25))),
    "session_booking_opens_before_start": (SessionFactory, update(Session, booking_opens_at=START)),
    "session_format_known": (SessionFactory, update(Session, format="post")),
    "session_in_person_has_venue": (SessionFactory, update(Session, format="in_person")),
    "session_places_within_capacity": (SessionFactory, update(Session, places_taken=3)),
    "session_booking_opens_before_it_closes": (
        SessionFactory,
        update(Session, booking_opens_at=NOW, booking_closes_at=NOW),
    ),
    "session_booking_closes_by_end": (SessionFactory, update(Session, booking_closes_at=START + timedelta(days=1))),
    "session_cancelled_at_if_cancelled": (SessionFactory, update(Session, state="cancelled")),
    "session_state_known": (SessionFactory, update(Session, state="postponed")),
    "session_host_once": (
        make_session_host,
        lambda host: SessionHost.objects.create(session=host.session, partnership=host.partnership),
    ),
    "session_host_one_lead": (
        SessionFactory,
        lambda session: SessionHost.objects.create(
            session=session, partnership=PartnershipFactory(slug="isle-of-wight"), is_lead=True
        ),
    ),
    "role_grant_scope_fits_role": (make_grant, update(RoleGrant, partnership=None)),
    "role_grant_once": (make_grant, again),
    "idempotency_key_once_per_owner": (make_key, again),
    "mail_count_one_per_day": (make_mail_count, again),
    "organisation_valid_from_before_valid_to": (
        OrganisationFactory,
        update(Organisation, valid_from=date(2024, 10, 1), valid_to=date(2024, 10, 1)),
    ),
    "safeguarding_contact_once_per_area_and_audience": (make_contact, again),
    "user_alarm_known": (UserFactory, update(User, alarm=7)),
    "user_email_in_lower_case": (UserFactory, update(User, email="A@example.org")),
}
# The other breaches of constraints that have more than one arm.
MORE_BREACHES = [
    ("session_in_person_has_venue", move_into_a_venue),
    ("session_in_person_has_venue", update(Session, format="hybrid")),
    ("session_cancelled_at_if_cancelled", update(Session, cancelled_at=NOW)),
    ("session_ends_after_start", update(Session, ends_at=START - timedelta(hours=1))),
    ("session_last_part_ends_last", update(Session, further_time=timedelta(hours=1))),
    ("session_last_part_ends_last", update(Session, last_ends_at=START + timedelta(days=9))),
]


def named_constraints():
    """Return the constraints that both databases keep; `test_overlap` breaks those that only PostgreSQL can."""
    models = [*apps.get_app_config("people").get_models(), *apps.get_app_config("events").get_models()]
    return {
        constraint.name: model
        for model in models
        for constraint in model._meta.constraints
        if not isinstance(constraint, NoOverlap)
    }


def refusal_of(breach, row):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        breach(row)
    return str(refused.value)


def says(message, name):
    """Whether the database's words are about this constraint: SQLite names the columns of a unique one instead."""
    if name in message:
        return True
    constraint = next(c for c in named_constraints()[name]._meta.constraints if c.name == name)
    table = named_constraints()[name]._meta.db_table
    columns = [named_constraints()[name]._meta.get_field(field).column for field in getattr(constraint, "fields", ())]
    return bool(columns) and "UNIQUE" in message and all(f"{table}.{column}" in message for column in columns)


def test_every_constraint_has_a_row_that_breaks_it():
    assert set(BROKEN_BY) == set(named_constraints())


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(BROKEN_BY))
def test_database_refuses_the_row_that_breaks(name):
    make, breach = BROKEN_BY[name]
    row = make()  # accepted: the control
    assert says(refusal_of(breach, row), name)


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "breach"), MORE_BREACHES)
def test_database_refuses_the_other_arm(name, breach):
    assert says(refusal_of(breach, SessionFactory()), name)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [
        {"capacity": None, "places_taken": 99},
        {"places_taken": 2},
        {"booking_closes_at": START + timedelta(minutes=90)},
        {"booking_opens_at": NOW, "booking_closes_at": NOW + timedelta(seconds=1)},
        {"state": "draft", "format": "in_person"},
        {"state": "cancelled", "cancelled_at": NOW},
    ],
)
def test_database_accepts_a_session_at_the_edge(fields):
    assert update(Session, **fields)(SessionFactory()) == 1


@pytest.mark.parametrize("name", sorted(named_constraints()))
def test_constraint_says_in_words_what_is_wrong_when_a_form_meets_it(name):
    (constraint,) = (c for c in named_constraints()[name]._meta.constraints if c.name == name)
    if name in {"programme_revision_one_row", "idempotency_key_once_per_owner"}:
        return  # no form shows these rows
    assert constraint.violation_error_message != constraint.default_violation_error_message
