"""Uploading a programme file."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from events import programme_files
from events.programme_files import FaultyProgramme, Reading
from events.views.organise.kept_file import KeptFile


class ProgrammeFileForm(forms.Form):
    """A file to read; what is wrong with the file as a whole stands at the field, before a row is looked at."""

    file = forms.FileField(
        label="Programme file",
        help_text="A spreadsheet (.xlsx), a CSV file of sessions or a YAML file, 5 MiB at most.",
        error_messages={
            "required": "Choose a file.",
            "missing": "Choose a file.",
            "empty": "The file is empty.",
            "max_length": "The file's name is too long; give it a shorter one.",
        },
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.yaml,.yml"}),
        max_length=200,
    )

    reading: Reading
    kept: KeptFile

    def clean_file(self) -> Any:
        """Read the file into rows; a large one is refused unread."""
        upload = self.cleaned_data["file"]
        try:
            programme_files.refuse_large(upload.size)
            self.kept = KeptFile(upload.name, upload.read())
            self.reading = programme_files.read_content(self.kept.name, self.kept.content)
        except FaultyProgramme as faulty:
            raise ValidationError([str(fault) for fault in faulty.faults]) from faulty
        return upload
