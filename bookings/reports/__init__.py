"""Reports: one module for each kind, what their words mean in one, and tables that pages and files show alike."""

from typing import Final

from bookings.reports.absence import ABSENT
from bookings.reports.asked import Asked
from bookings.reports.attendance import ATTENDANCE
from bookings.reports.data_protection import DATA_PROTECTION
from bookings.reports.demand import DEMAND
from bookings.reports.evidence import EVIDENCE
from bookings.reports.feedback import FEEDBACK
from bookings.reports.impact import IMPACT
from bookings.reports.joint import JOINT
from bookings.reports.lists import CHARGED, NEEDS, PROGRAMME, REGISTERS
from bookings.reports.report import Report
from bookings.reports.resources import REACH
from bookings.reports.sessions import DELIVERED, SUMMARISED
from bookings.reports.table import Column, Table
from bookings.reports.trainers import TRAINERS

FIGURES: Final = (SUMMARISED, JOINT, ATTENDANCE, DELIVERED, FEEDBACK, IMPACT, DEMAND, TRAINERS, REACH, PROGRAMME)
LISTS: Final = (ABSENT, REGISTERS, NEEDS, EVIDENCE, CHARGED, DATA_PROTECTION)
REPORTS: Final[dict[str, Report]] = {report.slug: report for report in (*FIGURES, *LISTS)}


def add_report(report: Report) -> None:
    """Offer a report of an app above this one with the others; raises ValueError for a name that is taken."""
    if REPORTS.setdefault(report.slug, report) is not report:
        raise ValueError(f"there is a report called {report.slug} already")


__all__ = ["REPORTS", "Asked", "Column", "Report", "Table", "add_report"]
