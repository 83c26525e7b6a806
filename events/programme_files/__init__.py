"""Programmes as files: YAML and spreadsheets hold the same flat tables, and load and dump are each other's mirror.

``reading`` turns a file into rows of text, ``cells`` says what a text means, ``tables`` and ``sittings`` check and
write a row, ``loading`` takes all rows or none, ``writing`` turns a week back into a file.
"""

from events.programme_files.faults import Fault, FaultyProgramme, Reading
from events.programme_files.loading import Change, load
from events.programme_files.reading import read
from events.programme_files.writing import FORMATS, dump

__all__ = ["FORMATS", "Change", "Fault", "FaultyProgramme", "Reading", "dump", "load", "read"]
