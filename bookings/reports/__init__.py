"""Reports: one module for each kind, what their words mean in one, and tables that pages and files show alike."""

from typing import Final

from bookings.reports.absence import ABSENT
from bookings.reports.asked import Asked
from bookings.reports.attendance import ATTENDANCE
from bookings.reports.report import Report
from bookings.reports.sessions import DELIVERED, SUMMARISED
from bookings.reports.table import Column, Table

REPORTS: Final[dict[str, Report]] = {report.slug: report for report in (SUMMARISED, ATTENDANCE, DELIVERED, ABSENT)}

__all__ = ["REPORTS", "Asked", "Column", "Report", "Table"]
