"""The library: what is listed, what each thing is, and its files as they are sent."""

import re
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile

from events.library import ResourceLine
from events.models import Resource
from tests.factories import NOW, PartnershipFactory, ThemeFactory, WeekFactory
from tests.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
PDF = b"%PDF-1.7\n" + b"x" * 1_234_000


def make_resource(**values):
    """Make a released toolkit, or what is asked for."""
    return Resource.objects.create(
        **{"slug": "kit", "title": "The toolkit", "kind": "toolkit", "released_at": NOW, **values}
    )


def make_file(*, content=PDF, stored="kit.pdf", name="Toolkit 2027.pdf", **values):
    """Make a resource with a file."""
    resource = make_resource(file_name=name, **values)
    resource.file.save(stored, ContentFile(content))
    return resource


def body(answer):
    """Return the bytes of an answer that is streamed."""
    return b"".join(answer.streaming_content)


@pytest.mark.parametrize(
    ("link", "has_file", "offers"),
    [
        ("", False, ""),
        ("https://www.example.org/kit/", False, "Link to example.org"),
        ("", True, "PDF, 1.2 MB"),
        ("https://example.org/", True, "PDF, 1.2 MB and link to example.org"),
    ],
)
def test_resource_when_listed_then_says_whether_one_gets_a_file_or_a_link(client, link, has_file, offers):
    resource = make_file(link=link) if has_file else make_resource(link=link)

    assert ResourceLine(resource).offers == offers
    assert offers in words(client.get("/resources/"))


def test_resource_when_its_file_is_gone_from_the_disk_then_is_listed_without_it(client):
    resource = make_file()
    resource.file.storage.delete(resource.file.name)

    assert ResourceLine(Resource.objects.get()).file == ""
    assert client.get("/resources/kit/").status_code == 200
    assert client.get("/resources/kit/file/").status_code == 404


def test_resource_page_when_it_has_a_file_then_leads_to_it_with_kind_and_size(client):
    make_file()

    page = client.get("/resources/kit/").content.decode()

    assert '<a class="button" href="/resources/kit/file/">Download (PDF, 1.2 MB)</a>' in page


def test_resource_page_when_it_has_themes_then_leads_to_each(client):
    make_resource().themes.add(ThemeFactory())

    page = client.get("/resources/kit/").content.decode()

    assert '<a href="/themes/professional-curiosity/">Professional curiosity</a>' in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("toolkit", True),
        ("TOOLKIT helps", True),
        ("curiosity", True),
        ("nosiness", True),
        ("toolkit pack", False),
        ("%", False),
    ],
)
def test_resources_when_words_are_looked_for_then_all_must_be_found(client, query, found):
    theme = ThemeFactory()
    theme.aliases.create(name="nosiness")
    make_resource(summary="It helps.").themes.add(theme)
    make_resource(slug="other", title="Something else")

    text = words(client.get("/resources/", {"q": query}))

    assert ("The toolkit" in text) is found
    assert "Something else" not in text


@pytest.mark.parametrize("query", ["a\x07b", "x" * 201, " ".join("abcdefghijk")])
def test_resources_when_words_cannot_be_looked_for_then_says_why_and_lists_nothing(client, query):
    make_resource()

    answer = client.get("/resources/", {"q": query})

    assert answer.status_code == 404
    assert 'href="#filter-q"' in answer.content.decode() or "field-errors" in answer.content.decode()
    assert "The toolkit" not in words(answer)


def test_resources_when_narrowed_then_each_filter_can_be_taken_away(client):
    week = WeekFactory()
    make_resource(week=week)

    page = client.get("/resources/", {"q": "kit", "kind": "toolkit", "week": week.slug}).content.decode()

    assert f'href="/resources/?kind=toolkit&amp;week={week.slug}"' in page
    assert f'href="/resources/?q=kit&amp;week={week.slug}"' in page
    assert 'href="/resources/?q=kit&amp;kind=toolkit"' in page
    assert "Learning from Reviews, June 2027" in page


@pytest.mark.parametrize("resources", [3, 25])
def test_resources_when_few_or_many_then_cost_the_same(client, django_assert_num_queries, resources):
    for number in range(resources):
        make_resource(slug=f"r{number}", title=f"Resource {number}").themes.add(ThemeFactory())

    with django_assert_num_queries(6):  # count, page, themes; two choices; the footer
        answer = client.get("/resources/")

    assert answer.content.decode().count('class="resource-item"') == resources


# Files


def test_file_when_released_then_is_sent_to_be_kept_and_never_shown_as_a_page(client):
    make_file(name="Przewodnik – Łódź.pdf")

    answer = client.get("/resources/kit/file/")

    assert body(answer) == PDF
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Length"] == str(len(PDF))
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename*=utf-8''Przewodnik%20%E2%80%93%20%C5%81%C3%B3d%C5%BA.pdf"
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert not answer.cookies


def test_file_when_it_has_no_name_of_its_own_then_is_called_after_the_resource(client):
    make_file(name="")

    answer = client.get("/resources/kit/file/")

    assert answer.headers["Content-Disposition"] == 'attachment; filename="kit.pdf"'
    answer.close()


def test_file_when_not_released_yet_then_is_not_there_until_its_minute(client, clock):
    make_file(released_at=NOW + timedelta(minutes=1))

    before = client.get("/resources/kit/file/").status_code
    clock.move_to(NOW + timedelta(minutes=1))
    after = client.get("/resources/kit/file/")

    assert (before, after.status_code) == (404, 200)
    after.close()


def test_file_when_its_week_is_a_draft_then_is_not_there(client):
    make_file(week=WeekFactory(state="draft"))

    assert client.get("/resources/kit/file/").status_code == 404


def test_file_when_there_is_none_then_is_not_found(client):
    make_resource(link="https://example.org/")

    assert client.get("/resources/kit/file/").status_code == 404
    assert client.get("/resources/nowhere/file/").status_code == 404


def test_file_when_asked_for_its_head_then_tells_what_it_would_send(client):
    make_file()

    head = client.head("/resources/kit/file/")

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == str(len(PDF))
    assert head.headers["Content-Disposition"] == 'attachment; filename="Toolkit 2027.pdf"'
    assert client.post("/resources/kit/file/").status_code == 405


def test_file_when_somebody_has_it_then_is_not_sent_again_until_another_takes_its_place(client):
    resource = make_file()
    first = client.get("/resources/kit/file/")
    assert b"".join(first) == PDF

    again = client.get("/resources/kit/file/", headers={"if-none-match": first.headers["ETag"]})
    resource.file.save("new.pdf", ContentFile(PDF))
    other = client.get("/resources/kit/file/", headers={"if-none-match": first.headers["ETag"]})
    assert b"".join(other) == PDF

    assert (again.status_code, again.headers["ETag"]) == (304, first.headers["ETag"])
    assert other.status_code == 200


def test_file_when_kept_then_no_address_leads_to_where_it_lies(client):
    resource = make_file()

    assert re.fullmatch(r"resources/[0-9a-f]{32}\.pdf", resource.file.name)
    for path in (f"/{resource.file.name}", f"/static/{resource.file.name}", f"/files/{resource.file.name}"):
        assert client.get(path).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_file_when_replaced_cleared_or_deleted_then_goes_from_the_disk():
    resource = make_file()
    storage, first = resource.file.storage, resource.file.name

    resource.file.save("new.pdf", ContentFile(PDF))
    second = resource.file.name
    assert (storage.exists(first), storage.exists(second)) == (False, True)

    resource.title = "Another title"
    resource.save()
    assert storage.exists(second)

    resource.file = ""
    resource.save()
    assert not storage.exists(second)

    resource.file.save("third.pdf", ContentFile(PDF))
    third = resource.file.name
    resource.delete()
    assert not storage.exists(third)


@pytest.mark.django_db(transaction=True)
def test_file_when_its_week_is_deleted_then_goes_too():
    week = WeekFactory(host=PartnershipFactory())
    resource = make_file(week=week)

    week.delete()

    assert not resource.file.storage.exists(resource.file.name)


@pytest.mark.django_db
def test_file_when_the_deletion_is_taken_back_then_stays(django_capture_on_commit_callbacks):
    resource = make_file()
    name = resource.file.name

    with django_capture_on_commit_callbacks() as waiting:
        resource.delete()

    assert len(waiting) == 1
    assert resource.file.storage.exists(name)
