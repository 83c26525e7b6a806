"""What a file of the library may be, what it is sent as and what it is called: one list, by the name's ending."""

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from django.core.exceptions import ValidationError
from django.core.files import File

from people.text import CONTROL, CONTROL_OR_BREAK

MOST_BYTES: Final = 20 * 1024 * 1024
HEAD_BYTES: Final = 1024
NAME_CHARACTERS: Final = 150
MACROS = re.compile(r"(vbaProject\.bin|\.(exe|dll|js|vbs|jar))\Z", re.IGNORECASE)
ODF: Final = "application/vnd.oasis.opendocument."
OOXML: Final = "application/vnd.openxmlformats-officedocument."


@dataclass(frozen=True)
class FileKind:
    """A kind of file: its name for people, the type it is sent as, and the part that its inside must have."""

    words: str
    content_type: str
    part: str = ""


KINDS: Final[Mapping[str, FileKind]] = {
    "pdf": FileKind("PDF", "application/pdf"),
    "docx": FileKind("Word document", f"{OOXML}wordprocessingml.document", "word/document.xml"),
    "pptx": FileKind("PowerPoint slides", f"{OOXML}presentationml.presentation", "ppt/presentation.xml"),
    "xlsx": FileKind("Excel workbook", f"{OOXML}spreadsheetml.sheet", "xl/workbook.xml"),
    "odt": FileKind("OpenDocument text", f"{ODF}text"),
    "odp": FileKind("OpenDocument slides", f"{ODF}presentation"),
    "ods": FileKind("OpenDocument spreadsheet", f"{ODF}spreadsheet"),
    "txt": FileKind("Text file", "text/plain; charset=utf-8"),
    "csv": FileKind("CSV table", "text/csv; charset=utf-8"),
}


def kind_of(name: str) -> FileKind | None:
    """Return the kind of a file by its name's ending; None for an ending that the library does not keep."""
    return KINDS.get(PurePosixPath(name).suffix.lower().removeprefix("."))


def size_words(size: int) -> str:
    """Return a number of bytes such as ``1.2 MB``, ``340 KB`` or ``1 byte``."""
    if size < 1000:
        return "1 byte" if size == 1 else f"{size} bytes"
    if size < 999_500:
        return f"{size / 1000:.0f} KB"
    return f"{size / 1_000_000:.1f} MB".replace(".0 MB", " MB")


def clean_name(name: str) -> str:
    """Return what somebody called a file as it can stand in a header: no folders, no controls, not too long."""
    last = CONTROL_OR_BREAK.sub("", name.replace("\\", "/").rpartition("/")[2]).strip(" .")
    stem, dot, ending = last.rpartition(".")
    return f"{stem[:NAME_CHARACTERS]}{dot}{ending[:10]}"


def check_file(file: File[bytes], *, name: str) -> None:
    """Refuse what is too large, of no kind that the library keeps, or not inside what its name says.

    Raises ValidationError with a sentence that says what can be done. Leaves the file at its beginning.
    """
    kind = kind_of(name)
    if kind is None:
        raise ValidationError(f"Choose a file that ends in {', '.join(KINDS)}.", code="ending")
    if file.size > MOST_BYTES:
        raise ValidationError(
            f"This file has {size_words(file.size)}. Choose one of at most 20 MB, or give a link instead.",
            code="size",
        )
    if not file.size:
        raise ValidationError("This file is empty. Choose another.", code="empty")
    file.seek(0)
    is_right = _is_pdf(file) if kind.words == "PDF" else _is_text(file) if _is_plain(kind) else _is_packed(file, kind)
    file.seek(0)
    if not is_right:
        raise ValidationError(
            f"This file is not inside what its name says. Save it again as {kind.words}, and choose that.",
            code="content",
        )


def _is_plain(kind: FileKind) -> bool:
    """Say whether a kind is text as it stands."""
    return kind.content_type.startswith("text/")


def _is_pdf(file: File[bytes]) -> bool:
    """Say whether a file begins as a PDF does; some programs write a little before it."""
    return b"%PDF-" in file.read(HEAD_BYTES)


def _is_text(file: File[bytes]) -> bool:
    """Say whether a file reads as UTF-8, without control characters."""
    try:
        return not CONTROL.search(file.read().decode("utf-8-sig"))
    except UnicodeDecodeError:
        return False


def _is_packed(file: File[bytes], kind: FileKind) -> bool:
    """Say whether a file is an office document of its kind, without macros; nothing of it is unpacked to know."""
    try:
        with zipfile.ZipFile(file) as packed:
            names = packed.namelist()
            if any(MACROS.search(name) for name in names):
                return False
            if kind.part:
                return kind.part in names
            with packed.open("mimetype") as declared:
                return declared.read(HEAD_BYTES).decode("ascii", "replace").strip() == kind.content_type
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, OSError, EOFError, ValueError):
        return False
