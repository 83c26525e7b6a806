"""Tagged PDF: a template of ours and facts as data in, a document that screen readers can read (PDF/UA-1) out.

What people typed goes in as JSON and is shown as the text it is: no sign in it is markup, and nothing is run.
"""

import json
import logging
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Final

import fontpkg
import segno
import typst
from fontTools.ttLib import TTFont

logger = logging.getLogger(__name__)

FAMILY: Final = "source-sans-3"
MISSING: Final = "\u25a1"
PICTURES: Final = frozenset({"qr"})


def as_pdf(template: str, facts: Mapping[str, Any]) -> bytes:
    """Return a template filled with facts, which are what JSON can hold, as PDF/UA-1 in British English.

    ``facts`` have a ``title``, which the document carries. The standard forbids letters that our type does not have,
    such as Chinese ones: each of them stands as a square then.
    """
    try:
        return _pdf(template, facts)
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
        logger.warning("a document has letters that the type does not have; they are left out")
        return _pdf(template, _shown(facts))


def _pdf(template: str, facts: Mapping[str, Any]) -> bytes:
    """Return the document."""
    made: bytes = _compile(template, facts, pdf_standards=["ua-1"])
    return made


def _shown(value: Any) -> Any:
    """Return facts in which every letter that the type does not have is a square."""
    if isinstance(value, str):
        return "".join(sign if ord(sign) in _letters() or sign.isspace() else MISSING for sign in value)
    if isinstance(value, Mapping):
        return {name: one if name in PICTURES else _shown(one) for name, one in value.items()}
    return [_shown(one) for one in value] if isinstance(value, list | tuple) else value


@cache
def _letters() -> frozenset[int]:
    """Return the letters that the type has."""
    with TTFont(str(fontpkg.path(FAMILY)), lazy=True) as font:
        return frozenset(font.getBestCmap())


def as_png(template: str, facts: Mapping[str, Any]) -> list[bytes]:
    """Return the same, each page as a picture: to be looked at."""
    pages = _compile(template, facts, format="png", ppi=72)
    return pages if isinstance(pages, list) else [pages]


def _compile(template: str, facts: Mapping[str, Any], **how: Any) -> Any:
    """Run the typesetter on a template; files of the machine are out of its reach, and so is the network."""
    return typst.compile(
        source(template),
        sys_inputs={"data": json.dumps(facts, ensure_ascii=False)},
        font_paths=[str(fontpkg.path(FAMILY).parent)],
        ignore_system_fonts=True,
        **how,
    )


@cache
def source(template: str) -> bytes:
    """Return what is common to all documents, and then a template."""
    folder = resources.files(__name__)
    return b"\n".join(folder.joinpath(f"{name}.typ").read_bytes() for name in ("common", template))


def qr_svg(address: str) -> str:
    """Return the code of an address as a picture; a quarter of it may be covered and it can still be read."""
    return str(segno.make_qr(address, error="q").svg_inline(omitsize=True, dark="#14202e", border=2))
