"""What somebody's feedback page says: the questions that are due, thanks, or why there are none."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bookings import afterwards, errors
from bookings.links import feedback_path
from bookings.models import (
    Attendance,
    Booking,
    Certificate,
    EvaluationForm,
    EvaluationResponse,
    RegisterClosing,
    Stage,
    form_for,
)
from bookings.policy import Policy
from events.dates import moment_words
from events.errors import Refusal
from events.presenters import SessionLine

HEADINGS: Final = {
    Stage.PRE: "Before the session: two questions",
    Stage.POST: "How was the session?",
    Stage.IMPACT: "What has it changed?",
}
LEADS: Final = {
    Stage.PRE: "You need not answer. It helps the trainers to pitch the session, and shows later what it changed.",
    Stage.POST: "It takes two minutes.",
    Stage.IMPACT: "You came to this session some weeks ago. A minute is enough.",
}
BUTTONS: Final = {
    Stage.PRE: "Answer two questions",
    Stage.POST: "Give feedback",
    Stage.IMPACT: "Say what it changed",
}
READS: Final = (
    "Trainers see what all said together, once five people have answered, and nobody's name or comments. The "
    "organisers read the comments without names."
)
ENDED: Final = {
    errors.SessionCancelled: "This session is cancelled",
    errors.BookingEnded: "This booking has ended",
    errors.NotThere: "You were not marked as there",
    errors.FeedbackNotOpen: "It is too early for this",
    errors.FeedbackClosed: "It is too late for this",
}


@dataclass(frozen=True)
class FeedbackPage:
    """The feedback page of one booking at one stage. ``given_at`` is when it was answered, if it was."""

    booking: Booking
    stage: str
    at: datetime
    form: EvaluationForm
    refusal: Refusal | None = None
    given_at: datetime | None = None
    attendance: Attendance | None = None
    has_certificate: bool = False

    @property
    def line(self) -> SessionLine:
        """Return the session's words."""
        return SessionLine(self.booking.session, self.at)

    @property
    def is_open(self) -> bool:
        """Say whether there is something to answer."""
        return self.refusal is None and self.given_at is None

    @property
    def heading(self) -> str:
        """Return what the page is headed with."""
        if self.given_at:
            return "Thank you for your answers"
        return ENDED[type(self.refusal)] if self.refusal else HEADINGS[Stage(self.stage)]

    @property
    def lead(self) -> str:
        """Return in a sentence what is asked; empty where nothing is."""
        return LEADS[Stage(self.stage)] if self.is_open else ""

    @property
    def address(self) -> str:
        """Return the path of the page."""
        return feedback_path(self.booking, self.stage)

    @property
    def certificate(self) -> str:
        """Return the path of the certificate as a file, for whoever has given feedback; empty where there is none."""
        return f"{feedback_path(self.booking)}certificate.pdf" if self.given_at and self.has_certificate else ""

    @property
    def why_no_certificate(self) -> str:
        """Return in a sentence why somebody who has given feedback has no certificate; empty where they have one."""
        if not self.given_at or self.has_certificate or self.stage != Stage.POST:
            return ""
        refusal = afterwards.why_no_certificate(
            self.booking, self.booking.session, attendance=self.attendance, is_given=True, at=self.at
        )
        return f"About your certificate: {refusal.sentence}" if refusal else "Your certificate comes within minutes."

    @property
    def button(self) -> str:
        """Return the words that lead there."""
        return BUTTONS[Stage(self.stage)]

    @property
    def who_reads(self) -> str:
        """Return who reads the answers, and for how long with a name."""
        months = Policy.of(self.booking.policy).keep_answers_months
        return f"{READS} After {months} months we no longer know who said what."

    @property
    def sentences(self) -> list[str]:
        """Return what is so where there is nothing to answer."""
        if self.given_at:
            when = moment_words(self.given_at, self.booking.session.tzinfo)
            return [f"You answered on {when}. Each of us answers once, so there is nothing more to do here."]
        match self.refusal:
            case None:
                return []
            case errors.FeedbackNotOpen():
                opens = afterwards.opens_at(self.stage, self.booking, self.booking.session)
                return [f"These questions open on {moment_words(opens, self.booking.session.tzinfo)}. Come back then."]
            case errors.NotThere():
                contact = "If that is wrong, tell the organisers: they correct the register, and this page opens."
                return [self.refusal.sentence, contact]
            case _:
                return [self.refusal.sentence]


def read_feedback_page(booking: Booking, stage: str, *, at: datetime) -> FeedbackPage:
    """Return the feedback page of a booking, at a stage or at the one that is due; five queries at most."""
    session = booking.session
    given = {one.stage: one.given_at for one in EvaluationResponse.objects.filter(booking=booking)}
    stage = stage or afterwards.stage_at(booking, session, answered=set(given), at=at)
    attendance = Attendance.objects.filter(booking=booking).first()
    is_closed = RegisterClosing.objects.filter(session=session, reopened_at__isnull=True).exists()
    refusal = afterwards.why_not_answer(stage, booking, session, attendance=attendance, is_closed=is_closed, at=at)
    form = form_for(session, stage)
    holding = Certificate.objects.filter(booking=booking, revoked_at__isnull=True)
    has_certificate = stage in given and holding.exists()
    return FeedbackPage(booking, stage, at, form, refusal, given.get(stage), attendance, has_certificate)
