"""Bookings, what became of each, what others are asked about them, policies, and people's own calendars."""

from bookings.models.absence import AbsenceReason
from bookings.models.access import AccessNeed
from bookings.models.arrival import Arrival
from bookings.models.attendance import CAME, Attendance, AttendanceMark, MarkedBy, Presence, RegisterClosing
from bookings.models.attendance_report import AttendanceReport
from bookings.models.audit import AuditEvent
from bookings.models.booking import Booking, BookingChange
from bookings.models.certificate import Certificate
from bookings.models.charge import Charge
from bookings.models.check_in import CheckInTries
from bookings.models.feed import FeedToken
from bookings.models.feedback import EvaluationAnswer, EvaluationForm, EvaluationResponse, Stage, form_for
from bookings.models.part_attendance import PartAttendance
from bookings.models.policy import (
    PartnershipPolicy,
    SessionPolicy,
    Terms,
    WeekPolicy,
    leader_of,
    newest_policy,
    policy_below,
    policy_of,
    policy_of_partnership,
    terms_of,
)
from bookings.models.reply import CalendarReply
from bookings.models.requests import Answer, Approval, Handover
from bookings.models.snapshot import ReportSnapshot

__all__ = [
    "CAME",
    "AbsenceReason",
    "AccessNeed",
    "Answer",
    "Approval",
    "Arrival",
    "Attendance",
    "AttendanceMark",
    "AttendanceReport",
    "AuditEvent",
    "Booking",
    "BookingChange",
    "CalendarReply",
    "Certificate",
    "Charge",
    "CheckInTries",
    "EvaluationAnswer",
    "EvaluationForm",
    "EvaluationResponse",
    "FeedToken",
    "Handover",
    "MarkedBy",
    "PartAttendance",
    "PartnershipPolicy",
    "Presence",
    "RegisterClosing",
    "ReportSnapshot",
    "SessionPolicy",
    "Stage",
    "Terms",
    "WeekPolicy",
    "form_for",
    "leader_of",
    "newest_policy",
    "policy_below",
    "policy_of",
    "policy_of_partnership",
    "terms_of",
]
