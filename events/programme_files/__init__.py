"""Programmes as files: YAML and spreadsheets hold the same flat tables, and load and dump are each other's mirror.

``reading`` turns a file into rows of text, ``cells`` says what a text means, ``tables`` and ``sittings`` check and
write a row, ``loading`` takes all rows or none within somebody's ``reach``, ``differences`` says in words what that
does, ``writing`` turns a week back into a file, ``templates`` makes empty ones.
"""

from events.programme_files.changes import Change, DifferentNow
from events.programme_files.differences import Difference
from events.programme_files.faults import Fault, FaultyProgramme, Reading
from events.programme_files.loading import load
from events.programme_files.reading import read, read_content, refuse_large
from events.programme_files.templates import template
from events.programme_files.writing import FORMATS, dump

__all__ = [
    "FORMATS",
    "Change",
    "Difference",
    "DifferentNow",
    "Fault",
    "FaultyProgramme",
    "Reading",
    "dump",
    "load",
    "read",
    "read_content",
    "refuse_large",
    "template",
]
