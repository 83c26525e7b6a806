"""What may follow a session: who is asked about it and when. Facts and an instant in, a refusal or nothing out."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import TextChoices

from bookings import errors
from bookings.models import CAME, Attendance, Booking, Presence, Stage
from bookings.policy import Policy
from bookings.states import LIVE, Status
from events.errors import Refusal
from events.models import Session


# What the register and the minutes that were counted come to.
class Share(TextChoices):
    """How much of a session somebody attended."""

    NONE = "none", "Did not attend"
    PART = "part", "Attended in part"
    ALL = "all", "Attended"


# People answer in the last minutes, from a code on the screen.
BEFORE_THE_END: Final = timedelta(minutes=15)
# A register that was closed too early can be opened again for this long before any mail goes.
HELD_AFTER_CLOSING: Final = timedelta(minutes=10)


def is_followed_up(session: Session, policy: Policy, *, closed_at: datetime) -> bool:
    """Say whether closing a register still sends mail: until some days after the session's end, by the policy."""
    return closed_at <= session.over_at + timedelta(days=policy.follow_up_days)


def months_after(moment: datetime, months: int) -> datetime:
    """Return a moment some months later; a day that the month does not have becomes its last."""
    number = moment.month - 1 + months
    year, month = moment.year + number // 12, number % 12 + 1
    for day in (moment.day, 30, 29, 28):
        try:
            return moment.replace(year=year, month=month, day=day)
        except ValueError:
            continue
    raise AssertionError  # every month has 28 days


def opens_at(stage: str, booking: Booking, session: Session) -> datetime:
    """Return from when somebody can answer at a stage: at once, at the end, or some weeks after it."""
    match stage:
        case Stage.PRE:
            return booking.created_at
        case Stage.IMPACT:
            return session.over_at + timedelta(weeks=Policy.of(booking.policy).questions_impact_weeks)
        case _:
            return max(session.starts_at, session.over_at - BEFORE_THE_END)


def closes_at(stage: str, booking: Booking, session: Session) -> datetime:
    """Return until when somebody can: before the start, or as long as answers are kept with their name."""
    if stage == Stage.PRE:
        return session.starts_at
    return months_after(session.over_at, Policy.of(booking.policy).keep_answers_months)


def stage_at(booking: Booking, session: Session, *, answered: set[str], at: datetime) -> str:
    """Return which questions are due now: those of before, of after until they are answered, or what it changed."""
    if at < session.starts_at:
        return Stage.PRE
    is_time = at >= opens_at(Stage.IMPACT, booking, session)
    return Stage.IMPACT if is_time and Stage.POST in answered else Stage.POST


def why_not_answer(  # noqa: PLR0913 - each is known of a booking
    stage: str,
    booking: Booking,
    session: Session,
    *,
    attendance: Attendance | None,
    is_closed: bool,
    at: datetime,
) -> Refusal | None:
    """Somebody with a place answers before, and somebody who was there answers afterwards.

    Whoever is not marked yet is believed until the register ``is_closed``.
    """
    if session.state == Session.State.CANCELLED:
        return errors.SessionCancelled()
    if booking.status not in LIVE:
        return errors.BookingEnded()
    if stage == Stage.PRE:
        return _why_not_before(booking, session, at=at)
    came = attendance.state in CAME if attendance else None
    return _why_not_after(stage, booking, session, came=came, is_closed=is_closed, at=at)


def _why_not_before(booking: Booking, session: Session, *, at: datetime) -> Refusal | None:
    """What is asked before a session is asked where the policy asks it, until the start."""
    is_asked = Policy.of(booking.policy).questions_before == "asked"
    if is_asked and at < closes_at(Stage.PRE, booking, session):
        return None
    return errors.FeedbackClosed("These questions were for the time before the session.")


def _why_not_after(  # noqa: PLR0913 - each is known of a booking
    stage: str, booking: Booking, session: Session, *, came: bool | None, is_closed: bool, at: datetime
) -> Refusal | None:
    """Whoever was there is asked from the end on; ``came`` is None for somebody whom nobody has marked."""
    if booking.status != Status.CONFIRMED or came is False:
        return errors.NotThere()
    if at < opens_at(stage, booking, session):
        return errors.FeedbackNotOpen()
    if came is None and is_closed:
        return errors.NotThere()
    return errors.FeedbackClosed() if at >= closes_at(stage, booking, session) else None


def attended(attendance: Attendance | None, booking: Booking, session: Session) -> Share:
    """Return how much of a session somebody attended, by the policy that their booking keeps.

    Where minutes were counted they decide, as a share of the session. Where they were not, whoever left early
    attended in part.
    """
    if attendance is None or attendance.state not in CAME:
        return Share.NONE
    if attendance.minutes is None:
        return Share.PART if attendance.state == Presence.LEFT_EARLY else Share.ALL
    policy = Policy.of(booking.policy)
    percent = attendance.minutes * 100 / (session.length_in_all.total_seconds() / 60)
    if percent >= policy.attendance_percent:
        return Share.ALL
    return Share.PART if percent >= policy.attendance_part_percent else Share.NONE


def why_no_certificate(
    booking: Booking, session: Session, *, attendance: Attendance | None, is_given: bool, at: datetime
) -> Refusal | None:
    """A certificate is for whoever attended, after the end, and by policy once their feedback ``is_given``."""
    if at < session.over_at:
        return errors.CertificateNotYet("It comes once the session is over.")
    if booking.status != Status.CONFIRMED or session.state != Session.State.PUBLISHED:
        return errors.NoCertificate("There was no place to attend.")
    if attendance is None:
        return errors.CertificateNotYet("It comes once the register says that you attended.")
    share = attended(attendance, booking, session)
    if share != Share.ALL:
        words = "attended a part of it" if share == Share.PART else "did not attend"
        return errors.NoCertificate(f"The register says that you {words}. If that is wrong, tell the organisers.")
    waits = Policy.of(booking.policy).certificate_release == "answered"
    return errors.CertificateNotYet("It comes once you have given feedback.") if waits and not is_given else None
