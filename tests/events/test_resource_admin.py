"""Organisers put files into the library."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from events.models import Resource
from tests.factories import NOW, WeekFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
PDF = b"%PDF-1.7\n1 0 obj"
ADD = reverse("admin:events_resource_add")


def form(**changes):
    """The form of a resource as a browser sends it."""
    released = NOW - timedelta(days=1)
    return {
        "slug": "kit",
        "title": "The toolkit",
        "kind": "toolkit",
        "released_at_0": f"{released:%Y-%m-%d}",
        "released_at_1": "09:00",
        "week": WeekFactory().pk,
        "review_kinds": "[]",
        **changes,
    }


def test_file_when_uploaded_then_is_kept_under_a_name_nobody_guesses_and_called_as_it_was(organiser):
    upload = SimpleUploadedFile("Toolkit – 2027.PDF", PDF)

    assert organiser.post(ADD, form(file=upload)).status_code == 302

    resource = Resource.objects.get()
    assert resource.file_name == "Toolkit – 2027.PDF"
    assert resource.file.read() == PDF
    resource.file.close()
    assert "Toolkit" not in resource.file.name
    assert resource.file.name.endswith(".pdf")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("page.html", b"<p>", "Choose a file that ends in pdf, docx, pptx, xlsx, odt, odp, ods, txt, csv."),
        ("kit.pdf", b"<p>", "This file is not inside what its name says. Save it again as PDF, and choose that."),
        ("kit.pdf", b"", "The submitted file is empty."),
    ],
)
def test_file_when_it_cannot_be_kept_then_says_why_beside_the_field_and_stores_nothing(
    organiser, name, content, sentence
):
    answer = organiser.post(ADD, form(file=SimpleUploadedFile(name, content), title="Kept as typed"))

    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors == {"file": [sentence]}
    assert "Kept as typed" in answer.content.decode()
    assert not Resource.objects.exists()


@pytest.mark.parametrize("more", [{"link": "https://kit.example.org/"}, {}])
def test_resource_when_it_has_no_file_then_is_stored_without(organiser, more):
    assert organiser.post(ADD, form(**more)).status_code == 302
    assert not Resource.objects.get().file


def test_file_when_there_is_one_then_the_form_names_it_without_an_address_and_it_can_be_taken_out(organiser):
    organiser.post(ADD, form(file=SimpleUploadedFile("Toolkit.pdf", PDF)))
    resource = Resource.objects.get()
    change = reverse("admin:events_resource_change", args=[resource.pk])

    stored = resource.file.name
    page = organiser.get(change).content.decode()
    kept = organiser.post(change, form(title="Another title"))
    resource.refresh_from_db()
    still = (resource.title, resource.file_name, bool(resource.file))
    cleared = organiser.post(change, form(**{"file-clear": "on"}))
    resource.refresh_from_db()

    assert "Toolkit.pdf (PDF, 16 bytes)" in page
    assert stored not in page
    assert (kept.status_code, cleared.status_code) == (302, 302)
    assert still == ("Another title", "Toolkit.pdf", True)
    assert (resource.file_name, bool(resource.file)) == ("", False)
