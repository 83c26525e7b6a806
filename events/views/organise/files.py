"""Programme files in and out: what a file changes is shown before it is loaded."""

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.generic import FormView

from events import programme_files
from events.models import PracticeWeek, Session
from events.programme_files import Difference, DifferentNow, FaultyProgramme
from events.programme_files.reach import ADMINISTRATORS_TABLES
from events.programme_files.schema import described
from events.views.busy import BusyMixin
from events.views.organise.access import OrganiserMixin
from events.views.organise.file_forms import ProgrammeFileForm
from events.views.organise.kept_file import KeptFile, forget, keep, kept

CONTENT_TYPES: Final = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "yaml": "application/yaml",
    "csv": "text/csv; charset=utf-8",
}
MOST_FAULTS: Final = 200


class FilePage(BusyMixin, OrganiserMixin):
    """A page about a programme file, and how it shows what is wrong with one and what one changes."""

    def show_difference(self, file: KeptFile, difference: Difference, *, status: int = 200) -> HttpResponse:
        """Show row by row what a file changes; ``status`` 409 where it is another difference than was agreed to."""
        context = {
            "organise_here": "files",
            "file": file,
            "difference": difference,
            "summary": difference.summary(),
            "is_other_now": status == 409,
        }
        return render(self.request, "events/organise/files_difference.html", context, status=status)

    def show_files(self, form: ProgrammeFileForm, faulty: FaultyProgramme | None = None) -> HttpResponse:
        """Show the page with the form, and each fault of the rows where there are some."""
        faults = faulty.faults if faulty else []
        is_administrator = self.actor.administers(at=self.at)
        context = {
            "organise_here": "files",
            "form": form,
            "faults": faults[:MOST_FAULTS],
            "fault_count": len(faults),
            "more_faults": max(0, len(faults) - MOST_FAULTS),
            "weeks": PracticeWeek.objects.hosted_within(self.actor, at=self.at),
            "forms": list(CONTENT_TYPES),
            "tables": [one for one in described() if is_administrator or one.name not in ADMINISTRATORS_TABLES],
        }
        status = 400 if form.errors or faults else 200
        return render(self.request, "events/organise/files.html", context, status=status)


class Files(FilePage, FormView[ProgrammeFileForm]):
    """Upload a file, download the weeks of one's own, and read which columns there are."""

    form_class = ProgrammeFileForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002 - Django's signature
        """Show the page."""
        return self.show_files(ProgrammeFileForm())

    def form_valid(self, form: ProgrammeFileForm) -> HttpResponse:
        """Try the file, keep it, and show what it changes; nothing is written."""
        try:
            changes = programme_files.load(form.reading, at=self.at, dry_run=True, actor=self.actor)
        except FaultyProgramme as faulty:
            return self.show_files(form, faulty)
        keep(self.request, form.kept)
        return self.show_difference(form.kept, Difference(changes))

    def form_invalid(self, form: ProgrammeFileForm) -> HttpResponse:
        """Say what is wrong with the file."""
        return self.show_files(form)


class Load(FilePage):
    """Load the file whose difference was shown, as long as it still is that difference."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Load, or show what is in the way."""
        if not (file := kept(request)):
            messages.error(request, "We no longer have that file. Choose it again; nothing was written.")
            return redirect("organise_files")
        try:
            reading = programme_files.read_content(file.name, file.content)
            shown = request.POST.get("shown") or "nothing"
            changes = programme_files.load(reading, at=self.at, actor=self.actor, shown=shown)
        except FaultyProgramme as faulty:
            return self.show_files(ProgrammeFileForm(), faulty)
        except DifferentNow as different:
            return self.show_difference(file, Difference(different.changes), status=409)
        forget(request)
        messages.success(request, f"{file.name} is loaded. {Difference(changes).summary()}")
        return redirect("organise_files")


class WeekFile(OrganiserMixin):
    """A week of one's own as a file; the sessions that one's partnerships do not host are left out of it."""

    def get(self, request: HttpRequest, slug: str, form: str) -> HttpResponse:  # noqa: ARG002 - Django's signature
        """Send the file."""
        week = self.week(slug)
        own = Session.objects.hosted_within(self.actor, at=self.at).order_by().values("pk")
        return as_file(programme_files.dump(week, form=known(form), sessions=own), week.slug, form)


class Template(OrganiserMixin):
    """An empty file to fill in."""

    def get(self, request: HttpRequest, form: str) -> HttpResponse:  # noqa: ARG002 - Django's signature
        """Send the file."""
        is_administrator = self.actor.administers(at=self.at)
        return as_file(programme_files.template(known(form), for_administrators=is_administrator), "programme", form)


def known(form: str) -> str:
    """Return the name of a format; raises Http404 for one that files do not have."""
    if form not in CONTENT_TYPES:
        raise Http404
    return form


def as_file(content: bytes, name: str, form: str) -> HttpResponse:
    """Return an answer that a browser saves as a file."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    return HttpResponse(content, content_type=CONTENT_TYPES[form], headers=headers)
