"""Which pages are about people, so that opening them is noted, and how they are called in words.

Every address below ``/organise/``, ``/agency/`` and the API is named here once; a test looks at the URL conf. Whose
page it is, is read from the address: ``session``, ``booking``, ``person`` or ``need`` and the name of the part that
has the number.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Page:
    """A page about people: in words, and what number of what in its address says whom it is about."""

    words: str
    about: str = ""
    part: str = "pk"
    is_file: bool = False


# Opening these is noted.
READ: Final[dict[str, Page]] = {
    "register": Page("The register", "session"),
    "sign_in_sheet": Page("A sign-in sheet", "session", is_file=True),
    "badges": Page("Badges", "session", is_file=True),
    "organise_people": Page("People of a session", "session"),
    "organise_messages": Page("Messages about a session", "session"),
    "organise_feedback": Page("What people said about a session", "session"),
    "organise_booking": Page("A booking and its history", "booking"),
    "organise_cancel_booking": Page("A booking, to cancel it", "booking"),
    "organise_substitute": Page("A booking, to give the place away", "booking"),
    "organise_needs": Page("Access needs"),
    "training": Page("Sessions one delivers, with access needs"),
    "organise_charges": Page("The ledger of charges"),
    "organise_charges_file": Page("The ledger of charges", is_file=True),
    "organise_charge_waive": Page("A charge"),
    "organise_addresses": Page("Addresses that cannot be reached"),
    "organise_search": Page("A search for people and sessions"),
    "organise": Page("What needs an organiser today"),
    "organise_outbox": Page("The outbox"),
    "organise_absences": Page("Whom nobody has heard from"),
    "organise_answers": Page("What people answered from their calendars"),
    "organise_answer": Page("What somebody answered from a calendar"),
    "report_upload": Page("Reports of attendance read into a register", "session"),
    "report_result": Page("What a report of attendance said", "session"),
    "arrive": Page("Somebody's code, held to the camera"),
    "organise_write": Page("Whom one writes to of a session", "session"),
    "agency": Page("People of an organisation"),
    "agency_person": Page("One of an organisation's people", "person"),
    "agency_extract": Page("The training of an organisation's people"),
    "agency_extract_csv": Page("The training of an organisation's people", is_file=True),
    "agency_extract_xlsx": Page("The training of an organisation's people", is_file=True),
    "agency_cancel": Page("A booking, to cancel it", "booking"),
    "agency_substitute": Page("A booking, to give the place away", "booking"),
    "report": Page("A report", part="slug"),
    "report_csv": Page("A report", part="slug", is_file=True),
    "report_xlsx": Page("A report", part="slug", is_file=True),
    "kept_report": Page("A report that was kept"),
    "kept_report_file": Page("A report that was kept", is_file=True),
    "yearly_report": Page("The yearly report", is_file=True),
    "data_requests": Page("What people ask about their data"),
    "acknowledge_data_request": Page("What somebody asks about their data"),
    "close_data_request": Page("What somebody asks about their data"),
    "audit": Page("Who read and changed what"),
    "session_audit": Page("Who read and changed what of a session", "session"),
    "person_audit": Page("Who read and changed what of a person", "person"),
    "api-register": Page("The register, by a program", "session", "session_id"),
    "api-bookings": Page("Bookings, by a program"),
    "api-booking": Page("A booking, by a program", "booking", "booking_id"),
}
# What these do is written with the booking, in its history or in the register's marks.
RECORDED: Final = frozenset(
    {
        *("register_mark", "register_walk_in", "register_take_off", "organise_book", "organise_bulk"),
        *("organise_cancel_booking", "organise_substitute", "agency_book", "agency_bulk", "agency_cancel"),
        *("agency_substitute", "api-bookings", "api-booking", "api-booking-cancel", "api-booking-accept"),
        *("api-booking-decline", "api-booking-substitute", "api-register"),
    }
)
# Opening these tells nothing about people.
PLAIN: Final = frozenset(
    {
        "organise_more",
        "note_data_request",
        *("organise_session_change", "register_mark", "register_walk_in", "register_take_off", "register_close"),
        *("organise_book", "organise_bulk", "agency_book", "agency_bulk", "organise_policies", "organise_policy"),
        *("organise_session_policy", "reports", "kept_reports", "keep_report", "organise_weeks", "organise_week_new"),
        *("organise_week_copy", "organise_week", "organise_week_details", "organise_days", "organise_week_preview"),
        *("organise_week_publish", "organise_week_publish_now", "organise_week_withdraw", "organise_session_add"),
        *("organise_session_edit", "organise_session_move", "organise_session_step", "organise_session_duplicate"),
        *("organise_session_delete", "organise_session_publish", "organise_files", "organise_files_load"),
        *("organise_files_template", "organise_files_week", "organise_changes", "organise_change_now"),
        *("organise_change_take_back", "organise_session_cancel", "organise_venues", "organise_new_venue"),
        *("organise_venue", "organise_change_venue", "organise_new_room", "organise_room", "organise_trainers"),
        *("organise_new_trainer", "organise_trainer", "organise_change_trainer", "organise_session_trainers"),
        "organise_session_parts",
        *("organise_reminders", "organise_week_reminders", "organise_session_reminders", "clear_address"),
        *("release_outbox", "send_message_again", "organise_redact", "organise_answer_seen", "room_code"),
        *("take_back_bulk", "organise_texts", "organise_text", "preview_text"),
        *("organise_absence_reason", "organise_questions", "organise_questions_file"),
        *("api-index", "api-partnerships", "api-tokens", "api-token", "api-themes", "api-weeks", "api-week"),
        *("api-resources", "api-sessions", "api-session", "api-session-publish", "api-session-reschedule"),
        *("api-session-cancel", "api-booking-cancel", "api-booking-accept", "api-booking-decline"),
        *("api-booking-substitute", "api-schema", "api-docs"),
    }
)
# Of forms with a session's or a booking's number in the address, that number says whom they are about.
SESSIONS: Final = ("organise_session_", "register_", "api-session-")
ADMIN: Final = "admin:"
ADMIN_PEOPLE: Final = ("admin:people_", "admin:bookings_", "admin:notifications_")
PLACES: Final = ("/organise/", "/agency/", "/needs/", "/admin/", "/api/")


def words_of(name: str) -> str:
    """Return a page or form in words; what has none of its own is called by its name in the site."""
    page = READ.get(name)
    if page:
        return page.words
    if name.startswith(ADMIN):
        model, _, what = name.removeprefix(ADMIN).rpartition("_")
        return f"Admin: {model.partition('_')[2]} ({what})"
    return name.removeprefix("organise_").replace("_", " ").replace("-", " ").capitalize()
