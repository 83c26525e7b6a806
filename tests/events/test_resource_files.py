"""What the library keeps: the ending says what a file is, and its inside must agree."""

import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from events.resource_files import KINDS, MOST_BYTES, check_file, clean_name, kind_of, size_words

PDF = b"%PDF-1.7\n1 0 obj"


def packed(*names, **texts):
    """Return a zip with files of these names; keywords give a file's text."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name, text in {**dict.fromkeys(names, "<x/>"), **texts}.items():
            made.writestr(name, text)
    return file.getvalue()


def opened(kind):
    """Return an OpenDocument file of a kind."""
    return packed("content.xml", mimetype=f"application/vnd.oasis.opendocument.{kind}")


RIGHT = {
    "pdf": PDF,
    "docx": packed("[Content_Types].xml", "word/document.xml"),
    "pptx": packed("[Content_Types].xml", "ppt/presentation.xml"),
    "xlsx": packed("[Content_Types].xml", "xl/workbook.xml"),
    "odt": opened("text"),
    "odp": opened("presentation"),
    "ods": opened("spreadsheet"),
    "txt": "Ask twice – and a third time.\r\n".encode(),
    "csv": "\ufeffname,place\nŁódź,1\n".encode(),
}


def refusal(name, content):
    """Return the code of the refusal of a file; None where it is kept."""
    file = ContentFile(content)
    try:
        check_file(file, name=name)
    except ValidationError as error:
        return error.code
    assert file.tell() == 0
    return None


def test_kinds_when_listed_then_each_has_a_right_file_here():
    assert RIGHT.keys() == KINDS.keys()


@pytest.mark.parametrize("ending", RIGHT)
def test_file_when_its_inside_is_what_its_name_says_then_is_kept(ending):
    assert refusal(f"Guide.{ending.upper()}", RIGHT[ending]) is None


@pytest.mark.parametrize(
    "name", ["page.html", "picture.svg", "run.exe", "film.mp4", "old.doc", "pdf", "guide.", "a.pdf.js"]
)
def test_file_when_its_ending_is_not_kept_then_is_refused(name):
    assert refusal(name, PDF) == "ending"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"<html><script>alert(1)</script>"),
        ("a.pdf", b"x" * 1024 + PDF),
        ("a.docx", PDF),
        ("a.docx", b"PK\x03\x04 cut short"),
        ("a.docx", RIGHT["xlsx"]),
        ("a.docx", packed("word/document.xml", "word/vbaProject.bin")),
        ("a.xlsx", packed("xl/workbook.xml", "setup.exe")),
        ("a.odt", RIGHT["ods"]),
        ("a.odt", packed("content.xml")),
        ("a.txt", b"\xff\xfe\x00a"),
        ("a.txt", b"a\x00b"),
        ("a.csv", RIGHT["xlsx"]),
    ],
)
def test_file_when_its_inside_is_something_else_then_is_refused(name, content):
    assert refusal(name, content) == "content"


def test_file_when_empty_or_too_large_then_is_refused_with_what_can_be_done():
    assert refusal("a.pdf", b"") == "empty"
    assert refusal("a.pdf", PDF.ljust(MOST_BYTES)) is None
    with pytest.raises(ValidationError, match=r"21 MB\. Choose one of at most 20 MB, or give a link instead"):
        check_file(ContentFile(PDF.ljust(MOST_BYTES + 1)), name="a.pdf")


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1 KB"),
        (340_400, "340 KB"),
        (999_499, "999 KB"),
        (999_500, "1 MB"),
        (1_234_567, "1.2 MB"),
        (20_000_000, "20 MB"),
    ],
)
def test_size_when_told_then_is_in_the_unit_that_people_use(size, words):
    assert size_words(size) == words


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Toolkit 2027.pdf", "Toolkit 2027.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\sam\\Guide.docx", "Guide.docx"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
        ("\u202efdp.exe.pdf", "fdp.exe.pdf"),
        ("Przewodnik – Łódź.pdf", "Przewodnik – Łódź.pdf"),
        (f"{'a' * 300}.pdf", f"{'a' * 150}.pdf"),
        ("..pdf", "pdf"),
    ],
)
def test_name_when_kept_then_can_stand_in_a_header(given, kept):
    assert clean_name(given) == kept


def test_kind_when_ending_is_known_then_is_sent_as_nothing_that_a_browser_runs():
    types = {kind_of(f"a.{ending}").content_type.partition(";")[0] for ending in KINDS}

    assert not types & {"text/html", "image/svg+xml", "application/xml", "text/javascript", "application/xhtml+xml"}
