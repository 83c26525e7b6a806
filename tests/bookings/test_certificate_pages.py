"""Certificates on pages: checked by anybody, downloaded by their owner, and documents that can be read aloud."""

import io
from datetime import timedelta

import pypdf
import pytest
import time_machine

from bookings.certificate_page import certificate_pdf
from bookings.links import feedback_path
from bookings.models import Certificate
from bookings.printed import as_pdf
from tests.bookings.feedback import came, give
from tests.factories import START, SessionFactory, UserFactory, make_booking
from tests.pages import words

pytestmark = pytest.mark.django_db
END = START + timedelta(minutes=90)
STRANGE = '=Siân Ŵyn Żółć O\'Brien #strong[x] $x$ *y* _z_ `q` \\ @a <b> // c /* d */ "e"'


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(END, tick=False) as traveller:
        yield traveller


def certified(**person):
    booking = make_booking(practitioner=UserFactory(**{"name": "Siân Sample", **person}))
    came(booking)
    give(booking)
    return Certificate.objects.get(booking=booking)


def read(content):
    """Return a document, and its words on one line."""
    document = pypdf.PdfReader(io.BytesIO(content))
    return document, " ".join(" ".join(page.extract_text() for page in document.pages).split())


def test_code_that_holds_then_says_for_whom_and_what_and_little_else(client):
    one = certified(email="sian@example.org")

    answer = client.get(one.path)

    text = words(answer)
    for part in (
        "This certificate is valid",
        "Siân Sample",
        one.title,
        "Tuesday 22 June 2027, 09:30 to 11:00",
        one.grouped_code,
    ):
        assert part in text
    for absent in ("sian@example.org", "Example School", "Teacher", "Online"):
        assert absent not in text
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.headers["Cache-Control"] == "no-store, private"


def test_code_however_it_is_typed_then_leads_to_the_one_address(client):
    one = certified()
    for typed in (one.code, one.code.lower(), one.grouped_code.lower()):
        assert client.get(f"/certificates/{typed}/")["Location"] == one.path
        assert client.get("/certificates/", {"code": f" {typed} "})["Location"] == one.path
    assert "Check a certificate" in words(client.get("/certificates/"))


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("2222-2222-2222", "There is no certificate with this code"),
        ("K7MP-2XQ9-HV4Q", "A sign in it is missing or wrong."),
        ("x", "A sign in it is missing or wrong."),
        ("=1+1", "There is no certificate with this code"),
        ("%00", "There is no certificate with this code"),
        ("9" * 300, "There is no certificate with this code"),
    ],
)
def test_code_that_there_is_not_then_404_and_says_why(client, code, said):
    answer = client.get(f"/certificates/{code}/")

    assert answer.status_code == 404
    assert said in words(answer)


def test_code_of_one_that_was_corrected_then_says_so_and_nothing_of_the_person(client):
    one = certified()
    came(one.booking, "did_not_attend", at=END + timedelta(hours=1))

    text = words(client.get(one.path))

    assert "This certificate is revoked" in text
    assert "That was on Tuesday 22 June 2027." in text
    assert one.name not in text
    assert one.title not in text


def test_code_of_one_in_an_old_name_then_says_that_there_is_another_and_names_nobody(client):
    one = certified()
    one.booking.practitioner.name = "Siân Example"
    one.booking.practitioner.save()

    text = words(client.get(one.path))

    assert "This certificate was replaced" in text
    assert "Siân" not in text


def test_document_then_tagged_titled_in_english_and_every_sign_stands_as_it_was_typed():
    one = certified(name=STRANGE)

    document, text = read(certificate_pdf(one))

    root = document.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("en-GB", True)
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert "/StructTreeRoot" in root
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()
    assert document.metadata.title.startswith("Certificate of attendance: =Siân")
    assert " ".join(STRANGE.split()) in text
    for part in (one.title, one.grouped_code, one.path, "1 hour 30 minutes", "Tuesday 22 June 2027"):
        assert part in text
    assert len(document.pages) == 1
    fonts = {font["/BaseFont"] for page in document.pages for font in page["/Resources"]["/Font"].values()}
    assert all("SourceSans3" in name for name in fonts)


def test_document_with_letters_that_the_type_does_not_have_then_squares_and_still_tagged():
    one = certified(name="李 Sample 😀")

    document, text = read(certificate_pdf(one))

    assert "□ Sample □" in text
    assert document.trailer["/Root"]["/MarkInfo"]["/Marked"]


def test_document_when_a_template_is_wrong_then_the_fault_is_not_hidden():
    with pytest.raises(Exception, match="hosts"):
        as_pdf("certificate", {"title": "Nothing"})


def test_picture_in_the_document_then_leads_to_the_page_of_the_code():
    one = certified()
    document, _ = read(certificate_pdf(one))

    pictures = list(alternatives(document.trailer["/Root"]["/StructTreeRoot"]))

    assert len(pictures) == 1
    assert pictures[0].startswith("QR code that leads to ")
    assert pictures[0].endswith(one.path)


def alternatives(node):
    """Return the words that stand for pictures, from a document's structure."""
    node = node.get_object()
    if isinstance(node, pypdf.generic.DictionaryObject):
        if "/Alt" in node:
            yield str(node["/Alt"])
        children = node.get("/K", [])
        children = children if isinstance(children, list) else [children]
        for child in children:
            yield from alternatives(child)


def test_certificate_then_only_its_owner_downloads_it_signed_in(client):
    one = certified()
    address = f"/me/record/certificate-{one.grouped_code}.pdf"
    assert client.get(address).status_code == 302
    client.force_login(UserFactory())
    assert client.get(address).status_code == 404
    client.force_login(one.booking.practitioner)

    answer = client.get(address)

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert one.grouped_code in answer["Content-Disposition"]
    assert answer.content.startswith(b"%PDF-")


def test_certificate_then_there_with_the_thanks_and_gone_once_revoked(client):
    one = certified()
    page = feedback_path(one.booking, "post")
    assert "Download your certificate" in words(client.get(page))
    file = f"{feedback_path(one.booking)}certificate.pdf"
    assert client.get(file).content.startswith(b"%PDF-")

    came(one.booking, "left_early", at=END + timedelta(hours=1))

    text = words(client.get(page))
    assert "About your certificate: The register says that you attended a part of it." in text
    assert client.get(file).status_code == 404
    assert client.get("/feedback/x/certificate.pdf").status_code == 404


def test_thanks_of_somebody_not_marked_yet_then_says_what_the_certificate_waits_for(client):
    booking = make_booking()
    give(booking)

    assert "It comes once the register says that you attended." in words(client.get(feedback_path(booking, "post")))


def test_record_then_lists_what_was_attended_with_hours_and_certificates(client):
    one = certified()
    person = one.booking.practitioner
    part = make_booking(
        session=SessionFactory(title="=A part", starts_at=START + timedelta(hours=3)), practitioner=person
    )
    missed = make_booking(
        session=SessionFactory(title="Missed", starts_at=START + timedelta(hours=6)), practitioner=person
    )
    later = END + timedelta(days=1)
    with time_machine.travel(later, tick=False):
        came(part, "left_early", at=later, minutes=40)
        came(missed, "did_not_attend", at=later)
        client.force_login(person)
        page, csv = client.get("/me/record/"), client.get("/me/record/record.csv")
        document, text = read(client.get("/me/record/record.pdf").content)

    shown = words(page)
    assert "2 sessions, 2 hours 10 minutes of learning" in shown
    assert Certificate.objects.get().grouped_code in shown
    assert "40 minutes (in part)" in shown
    assert "The register says that you attended a part of it." in shown
    assert "Missed" not in shown
    rows = csv.content.decode("utf-8-sig").splitlines()
    assert rows[0] == "date,title,hours,hosts,type,attended,multi_agency,certificate"
    assert rows[1].startswith("2027-06-22,'=A part,0.67,")
    assert rows[2].endswith(f",Online,yes,,{one.grouped_code}")
    assert document.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert document.metadata.title == "Record of learning: Siân Sample"
    assert "=A part" in text
    assert "2 hours 10 minutes" in text


def test_record_of_one_year_then_only_that_and_what_is_no_year_is_all(client):
    one = certified()
    client.force_login(one.booking.practitioner)

    assert "0 sessions, 0 minutes of learning in 2026" in words(client.get("/me/record/?year=2026"))
    assert "1 session, 1 hour 30 minutes of learning in 2027" in words(client.get("/me/record/?year=2027"))
    assert "1 session, 1 hour 30 minutes of learning" in words(client.get("/me/record/?year=20xx"))
    assert client.get("/me/record/record.csv?year=2026").content.decode().count("\n") == 1
    assert client.get("/me/record/record.xml").status_code == 404


def test_record_of_somebody_without_feedback_then_leads_to_it(client):
    booking = make_booking()
    came(booking)
    client.force_login(booking.practitioner)

    answer = client.get("/me/record/")

    assert "It comes once you have given feedback. Give feedback" in words(answer)
    assert feedback_path(booking, "post") in answer.content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_record_of_many_then_as_many_queries(client, django_assert_num_queries, number):
    person = UserFactory()
    for hours in range(number):
        booking = make_booking(
            session=SessionFactory(starts_at=START - timedelta(hours=3 * hours)), practitioner=person
        )
        came(booking, at=END)
        give(booking, at=END)
    client.force_login(person)

    with django_assert_num_queries(6):
        client.get("/me/record/")
