"""The keys of the policy about the time from the booking on: charges, reminders, the session, and what is kept."""

from dataclasses import dataclass
from typing import Final

from bookings.policy_keys import key

BEFORE: Final = "Before the session"
SESSION: Final = "At the session"
AFTER: Final = "Certificates and questions"
KEPT: Final = "How long things are kept"

FEES: Final = {
    "nobody": "Nobody pays",
    "outside": "Organisations outside the partnership pay",
    "private": "Private organisations and those outside the partnership pay",
}
ASKED_WHY: Final = {"nobody": "Nobody is asked", "person": "The person", "both": "The person, and then the manager"}
CAMERAS: Final = {"off": "Off", "welcome": "On if people like", "needed": "On, unless somebody would rather not"}
RECORDING: Final = {"never": "Never", "presenters": "Presenters only, and said before booking"}
CERTIFICATE: Final = {"attended": "Once attended", "answered": "Once attended and the questions are answered"}
QUESTIONS: Final = {"asked": "Two questions, which need no answer", "not_asked": "None"}
SAFETY: Final = (
    "The training room is not confidential. If something is said that makes us worry about the safety of a child or an "
    "adult, we may have to pass it on. Please name no children and no families."
)


@dataclass(frozen=True)
class LaterPolicy:
    """What the policy says about everything after a booking is made."""

    late_cancel_charge: int = key(0, "Charges", "Charge for a late cancellation, in pence", "0: none.", most=100_000)
    absence_charge: int = key(0, "Charges", "Charge for not attending, in pence", "0: none.", most=100_000)
    fees: str = key("nobody", "Charges", "Who pays for a place", choices=FEES, acts=False)

    absence_asks: str = key("both", "Absence", "Who is asked why somebody did not come", choices=ASKED_WHY)
    absence_person_working_days: int = key(1, "Absence", "Working days after, when the person is asked")
    absence_manager_working_days: int = key(3, "Absence", "Working days after, when their manager is told")
    absence_alert_count: int = key(
        3,
        "Absence",
        "Absences of one person, from which organisers are told",
        "0: never. Nobody is barred by this.",
    )
    absence_alert_months: int = key(12, "Absence", "Months in which these are counted", least=1)

    joining_instructions_days: int = key(7, BEFORE, "Days before, when the full instructions are sent")
    # None that are stored means that none are sent: a form stores it only where somebody ticked that.
    reminders: tuple[str, ...] = key(
        ("10 days before at 09:00", "1 working day before at 09:00", "1 hour before"),
        BEFORE,
        "When people are reminded",
        "One a line, in days, working days or hours, such as “2 working days before at 09:00”. What comes after the "
        "end, such as “3 days after at 09:00”, reminds those who came of the questions.",
        kind="rules",
    )
    quiet_from_hour: int = key(
        20,
        BEFORE,
        "Hour from which nobody is reminded",
        "Reminders of the last three hours come nevertheless.",
        most=23,
    )
    quiet_until_hour: int = key(
        7, BEFORE, "Hour until which nobody is reminded", "The same hour: at any time.", most=23
    )
    join_link_minutes: int = key(
        60, BEFORE, "Minutes before the start, from which the link to join is shown", least=5, most=10_080
    )
    reply_to: str = key(
        "",
        BEFORE,
        "Address that answers to mails go to",
        "Empty: the contact of the partnership.",
        kind="address",
        acts=False,
    )
    minimum_people: int = key(
        0, BEFORE, "People a session needs to take place", "0: it always takes place.", most=10_000
    )
    minimum_alert_working_days: int = key(
        10, BEFORE, "Working days before, when organisers are told that too few are booked"
    )

    safety_notice: str = key(
        SAFETY, SESSION, "Notice about safety", "Shown before and after booking.", kind="text", most=600, kept=False
    )
    late_online_minutes: int = key(15, SESSION, "Minutes late, from which somebody is late online")
    late_in_person_minutes: int = key(20, SESSION, "Minutes late, from which somebody is late in person")
    attendance_percent: int = key(80, SESSION, "Per cent of the time, from which somebody attended", least=1, most=100)
    attendance_part_percent: int = key(
        40, SESSION, "Per cent of the time, from which somebody attended in part", least=1, most=100
    )
    cameras: str = key("welcome", SESSION, "Cameras online", choices=CAMERAS, acts=False)
    recording: str = key("never", SESSION, "Recording", choices=RECORDING, acts=False)

    certificate_release: str = key("answered", AFTER, "When the certificate is given", choices=CERTIFICATE)
    questions_before: str = key("asked", AFTER, "Questions at booking", choices=QUESTIONS)
    questions_after_days: int = key(0, AFTER, "Days after, when people are asked about the session", "0: at the end.")
    follow_up_days: int = key(
        14,
        AFTER,
        "Days after, until when closing the register sends mail",
        "When a register is closed later, nobody is thanked, asked, or written to about an absence.",
        most=30,  # so that the thanks never come with the question what it changed, six weeks after at the earliest
        kept=False,
    )
    questions_impact_weeks: int = key(8, AFTER, "Weeks after, when people are asked what it changed", least=6, most=12)

    keep_needs_days: int = key(
        30, KEPT, "Access and dietary needs: days after the session", "People are promised 30 at most.", most=30
    )
    keep_phone_days: int = key(30, KEPT, "Telephone numbers: days after the week", most=365, acts=False)
    keep_joins_days: int = key(30, KEPT, "Who joined online and when: days after", most=365)
    keep_waiting_months: int = key(
        6,
        KEPT,
        "Waiting without a place: months after the session",
        "Then they are deleted, and reports of unmet demand count them no more: keep those before.",
        least=1,
    )
    keep_answers_months: int = key(12, KEPT, "Answers to questions, with the name: months after", least=1)
    keep_absence_months: int = key(12, KEPT, "Reasons for absence: months after", least=1)
    keep_messages_months: int = key(
        12,
        KEPT,
        "Subjects of mails and what went wrong: months after",
        "That they were sent is still counted.",
        least=1,
    )
    keep_audit_months: int = key(
        24,
        KEPT,
        "Who read and changed what: months after",
        "There is one log for the whole site: the longest term of any partnership holds.",
        least=6,
        most=120,
    )
    keep_bookings_years: int = key(
        6, KEPT, "Bookings, attendance and certificates: years after", least=1, most=75, acts=False
    )
