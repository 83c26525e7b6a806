"""Reading the list of who was in an online meeting, as Teams and Zoom write it; pure, without the database."""

from bookings.attendance_files.faults import UnreadableReport
from bookings.attendance_files.matching import Candidate, Person, match
from bookings.attendance_files.reading import MOST_BYTES, Report, Stay, read_report

__all__ = [
    "MOST_BYTES",
    "Candidate",
    "Person",
    "Report",
    "Stay",
    "UnreadableReport",
    "match",
    "people_of",
    "read_report",
]
