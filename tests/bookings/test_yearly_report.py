"""The yearly report: one workbook, with no formula in it, which LibreOffice reads."""

import io
import subprocess
import zipfile

import openpyxl
import pytest

from tests.bookings.crowds import crowd

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
ADDRESS = "/organise/reports/yearly.xlsx?from=2026-05-04&to=2027-05-04"


def test_yearly_report_then_has_a_sheet_for_each_and_no_formula_whatever_anything_is_called(organiser):
    crowd(400)

    content = b"".join(organiser.get(ADDRESS).streaming_content)

    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames[::2] == [
        *("Summary by month", "Joint summary", "By sector", "By organisation", "By area", "By topic"),
        *("Unmet demand", "Trainers"),
    ]
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line]
    assert "f" not in {cell.data_type for cell in cells}
    parts = zipfile.ZipFile(io.BytesIO(content))
    assert not [name for name in parts.namelist() if b"<f>" in parts.read(name) or b"<f " in parts.read(name)]


def test_yearly_report_when_the_span_cannot_be_meant_then_says_why(organiser):
    answer = organiser.get("/organise/reports/yearly.xlsx?from=2027-05-04&to=2026-05-04")

    assert answer.status_code == 400
    assert "This day is before the first." in answer.content.decode()


@pytest.mark.office
@pytest.mark.nightly
def test_yearly_report_when_libreoffice_opens_it_then_no_cell_is_a_formula(organiser, tmp_path):
    crowd(400)
    (tmp_path / "yearly.xlsx").write_bytes(b"".join(organiser.get(ADDRESS).streaming_content))

    command = [
        "soffice",
        "--headless",
        "--convert-to",
        "fods",
        "--outdir",
        str(tmp_path),
        str(tmp_path / "yearly.xlsx"),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=180)

    opened = (tmp_path / "yearly.fods").read_text()
    assert "Attendances" in opened
    assert "table:formula" not in opened
