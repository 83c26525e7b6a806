"""Every verb that changes bookings. Nothing else writes their tables."""

from bookings.actions.absence import forget_old_reasons, say_absence_reason
from bookings.actions.access import forget_old_needs, give_back_need, say_need, take_need, tick_need, untick_need
from bookings.actions.approvals import answer_approval, lapse_approvals
from bookings.actions.arrivals import forget_old_arrivals, join
from bookings.actions.attendance import (
    arrived,
    close_register,
    follow_changed_parts,
    mark,
    marked_parts,
    reopen_register,
)
from bookings.actions.attendance_reports import forget_old_reports, place, read_in
from bookings.actions.audit import keep_report, note
from bookings.actions.booking import book, cancel
from bookings.actions.certificates import follow_marks, follow_name, issue_certificates, issue_due
from bookings.actions.charges import charge_absence, waive
from bookings.actions.check_ins import check_in, forget_old_tries, greet
from bookings.actions.coming import say_coming
from bookings.actions.data_protection import acknowledge_request, close_request, note_request
from bookings.actions.diary import choose_diary, note_diary_file
from bookings.actions.feedback import forget_who_answered, give_feedback, redact, set_questions
from bookings.actions.handovers import (
    answer_handover,
    ask_colleague,
    lapse_handovers,
    substitute,
    withdraw_handover,
)
from bookings.actions.keeping import forget_old_audit, forget_waiting
from bookings.actions.marks import Mark
from bookings.actions.offers import accept, decline, follow_changed_places, lapse_offers, release_places
from bookings.actions.others import book_for, substitute_for
from bookings.actions.plan import Outcome, book_all
from bookings.actions.policy import set_policy, set_session_policy, set_week_policy
from bookings.actions.replies import give_up_declined, keep_declined, note_reply, release_declined, told_of_decline
from bookings.actions.sessions import follow_cancelled_session, follow_published_session, follow_revised_session
from bookings.actions.undo import last_marks, undo
from bookings.actions.waiting_list import follow_wider_rules, promote
from bookings.actions.walk_ins import come_in, take_off, walk_in

__all__ = [
    "Mark",
    "Outcome",
    "accept",
    "acknowledge_request",
    "answer_approval",
    "answer_handover",
    "arrived",
    "ask_colleague",
    "book",
    "book_all",
    "book_for",
    "cancel",
    "charge_absence",
    "check_in",
    "choose_diary",
    "close_register",
    "close_request",
    "come_in",
    "decline",
    "follow_cancelled_session",
    "follow_changed_parts",
    "follow_changed_places",
    "follow_marks",
    "follow_name",
    "follow_published_session",
    "follow_revised_session",
    "follow_wider_rules",
    "forget_old_arrivals",
    "forget_old_audit",
    "forget_old_needs",
    "forget_old_reasons",
    "forget_old_reports",
    "forget_old_tries",
    "forget_waiting",
    "forget_who_answered",
    "give_back_need",
    "give_feedback",
    "give_up_declined",
    "greet",
    "issue_certificates",
    "issue_due",
    "join",
    "keep_declined",
    "keep_report",
    "lapse_approvals",
    "lapse_handovers",
    "lapse_offers",
    "last_marks",
    "mark",
    "marked_parts",
    "note",
    "note_diary_file",
    "note_reply",
    "note_request",
    "place",
    "promote",
    "read_in",
    "redact",
    "release_declined",
    "release_places",
    "reopen_register",
    "say_absence_reason",
    "say_coming",
    "say_need",
    "set_policy",
    "set_questions",
    "set_session_policy",
    "set_week_policy",
    "substitute",
    "substitute_for",
    "take_need",
    "take_off",
    "tick_need",
    "told_of_decline",
    "undo",
    "untick_need",
    "waive",
    "walk_in",
    "withdraw_handover",
]
