"""The pages people see first, on a phone, a tablet and a desk: nothing clipped, nothing sideways."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Page

from bookings import actions
from bookings.attendance_files import read_report
from bookings.links import JOIN, OFFER, feedback_path, path_of
from bookings.models import Booking, Certificate
from config.sample import load_sample
from events.models import PracticeWeek, Session
from people.models import User
from tests.bookings.feedback import certified, over
from tests.browser import is_sideways, resize, sign_in
from tests.factories import NOW
from tests.journeys.pictures import keep

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDTHS = {320: 640, 640: 400, 768: 1024, 1280: 800}  # and how high the window is; 640 is 1280 at 200 %
# An element that hides a part of its own words, though nobody meant it to.
CLIPPED = """() => [...document.querySelectorAll('main *, header *, footer *')]
  .filter(e => e.checkVisibility() && !e.closest('.visually-hidden, svg') && e.textContent.trim())
  .filter(e => e.clientWidth > 1)  // what only those who listen get
  .filter(e => ['hidden', 'clip'].includes(getComputedStyle(e).overflowX) && e.scrollWidth > e.clientWidth + 1)
  .map(e => e.className + ': ' + e.textContent.trim().slice(0, 60))"""
# A link or button of its own that a thumb cannot hit; one within a sentence is as high as its line.
SMALL = """() => [...document.querySelectorAll('a, button, input, select, summary')]
  .filter(e => e.checkVisibility() && !e.closest('.visually-hidden, .skip-link, p, td'))
  .filter(e => { const b = e.getBoundingClientRect(); return b.width > 1 && (b.width < 24 || b.height < 24) })
  .map(e => e.outerHTML.slice(0, 120))"""


@pytest.fixture
def at(site, made_once):
    """The sample, loaded on the day of the site's clock, with a week that is being built."""
    made_once("sample", lambda: load_sample(at=NOW))
    return NOW


def coming():
    """Return the sample week that can be booked."""
    return PracticeWeek.objects.exclude(copied_from=None).get()


def session_page(code="LFR-W2"):
    """Return the address of a session of that week."""
    return Session.objects.get(week=coming(), code=code).get_absolute_url()


def pick(page, site):
    """Pick three sessions, two of which are at the same time."""
    for code in ("LFR-W1", "LFR-W2", "LFR-W3"):
        page.goto(site + session_page(code))
        page.get_by_role("button", name="Add to my plan").click()


def sought():
    """Return a session of that week with one place, which is taken, and somebody who waits for it."""
    session = Session.objects.get(week=coming(), code="LFR-T2")
    if not session.places_taken:
        Session.objects.filter(pk=session.pk).update(capacity=1)
        session.refresh_from_db()
        for email in ("practitioner@example.org", "school.lead@example.org"):
            person = User.objects.get(email=email)
            actions.book(session, practitioner=person, actor=person, at=NOW)
            session.refresh_from_db()
    return session


def offered():
    """Return the address of a place that is offered."""
    session = sought()
    waiting = Booking.objects.filter(session=session, status="waitlisted").first()
    if waiting:
        actions.cancel(Booking.objects.get(session=session, status="confirmed"), at=NOW)
    return path_of(OFFER, Booking.objects.get(session=session, status="offered"))


def register_page():
    """Return the address of the register of a session that is today, with people of whom one is marked."""
    session = Session.objects.get(week=coming(), code="LFR-T2")
    if not session.places_taken:
        for person in User.objects.filter(email__in=["practitioner@example.org", "school.lead@example.org"]):
            actions.book(session, practitioner=person, actor=person, at=NOW)
            session.refresh_from_db()
        Session.objects.filter(pk=session.pk).update(starts_at=NOW, ends_at=NOW + timedelta(hours=1))
        first = Booking.objects.filter(session=session).first()
        actions.mark(session, [actions.Mark(first.pk, "present", NOW)], at=NOW, actor=None)
    return f"/organise/sessions/{session.pk}/register/"


def near(code="LFR-W1"):
    """Return a booking on a session that people join online in half an hour."""
    session = Session.objects.get(week=coming(), code=code)
    found = Booking.objects.filter(session=session).first()
    if found is None:
        person = User.objects.get(email=PRACTITIONER)
        Session.objects.filter(pk=session.pk).update(
            format="online", venue=None, room=None, joining_link="https://meet.example.org/room"
        )
        session.refresh_from_db()
        found = actions.book(session, practitioner=person, at=NOW)
        soon = {"starts_at": NOW + timedelta(minutes=30), "ends_at": NOW + timedelta(minutes=90)}
        Session.objects.filter(pk=session.pk).update(**soon)
    return found


def learnt():
    """Return somebody's booking of a session that was this morning, attended; a certificate follows feedback."""
    person = User.objects.get(email="practitioner@example.org")
    session = Session.objects.get(week=coming(), code="LFR-F1")
    booking = Booking.objects.filter(session=session, practitioner=person).first()
    if booking is None:
        booking = over(actions.book(session, practitioner=person, actor=person, at=NOW))
        actions.mark(booking.session, [actions.Mark(booking.pk, "present", NOW)], at=NOW, actor=None)
    return booking


def certificate():
    """Return the certificate of it."""
    return Certificate.objects.filter(booking=learnt()).first() or certified(learnt())


def warned(page, site):
    """Send feedback that looks like details of a case."""
    page.goto(site + feedback_path(learnt()))
    for name in ("knowledge", "skills", "confidence", "relevance"):
        page.locator(f"#id_{name}_3").check()
    page.get_by_role("textbox").fill("I used it with Leo's mum in PO30 1UD.")
    page.get_by_role("button", name="Send my answers").click()
    keep("feedback-warned-1280", page)


def record():
    """Return the address of the record of somebody with a certificate."""
    certificate()
    return "/me/record/"


def said():
    """Return the address of what was said about a session."""
    return f"/organise/sessions/{certificate().booking.session_id}/feedback/"


def check_in_page():
    """Return the address where somebody with a place types the code of that session."""
    register_page()
    return f"/sessions/{Session.objects.get(week=coming(), code='LFR-T2').pk}/check-in/"


def report_page():
    """Return the address of what a report left to be settled in that register."""
    register_page()
    session = Session.objects.get(week=coming(), code="LFR-T2")
    first = Booking.objects.filter(session=session, status="confirmed").first()
    came, left = (one.strftime("%d/%m/%Y, %H:%M:%S") for one in (session.local_start, session.local_end))
    rows = [f"{name}\t{came}\t{left}\t50m" for name in (first.name, "Patricia (Guest)", "iPad von Kim")]
    content = "\n".join(["Name\tJoin Time\tLeave Time\tDuration", *rows]).encode("utf-16")
    report = read_report(content, starts_at=session.starts_at, ends_at=session.ends_at, zone=session.tzinfo)
    kept, _ = actions.read_in(session, report, actor=User.objects.get(email=ORGANISER), at=NOW)
    return f"{register_page()}report/{kept.pk}/"


def desk_page():
    """Return the desk of somebody who runs a week in which something needs them."""
    sought()
    register_page()
    return "/organise/"


def figures_page():
    """Return a report with figures, of people in a few organisations."""
    register_page()
    learnt()
    return f"/organise/reports/attendance/?from={NOW:%Y}-01-01&to={NOW:%Y}-12-31"


def on_paper(page, site):
    """Look at pages as they are printed."""
    page.emulate_media(media="print")


def nothing(page, site):
    """Just open the page."""


@dataclass(frozen=True)
class Look:
    """A page to look at: its address, what is done before, and as whom."""

    address: Callable[[], str]
    before: Callable[[Page, str], None] = nothing
    email: str = ""
    widths: tuple[int, ...] = tuple(WIDTHS)


ORGANISER = "organiser.hampshire@example.org"
PRACTITIONER = "practitioner@example.org"
PAGES = {
    "home": Look(lambda: "/"),
    "week": Look(lambda: coming().get_absolute_url()),
    "session": Look(session_page),
    "sessions": Look(lambda: "/sessions/"),
    "resources": Look(lambda: "/resources/"),
    "theme": Look(lambda: "/themes/honest-conversations/"),
    "plan": Look(lambda: "/plan/", pick),
    "builder": Look(lambda: f"/organise/weeks/{coming().slug}/", email=ORGANISER),
    "files": Look(lambda: "/organise/files/", email=ORGANISER),
    "people": Look(lambda: f"/organise/sessions/{sought().pk}/people/", email=ORGANISER),
    "register": Look(register_page, email=ORGANISER),
    "feedback": Look(lambda: feedback_path(learnt()), warned),
    "certificate": Look(lambda: certificate().path),
    "record": Look(record, email="practitioner@example.org"),
    "said": Look(said, email=ORGANISER),
    "questions": Look(lambda: "/organise/questions/hampshire/post/", email=ORGANISER),
    "code": Look(lambda: f"{register_page()}code/", email=ORGANISER),
    "check-in": Look(check_in_page, email="school.lead@example.org"),
    "report": Look(report_page, email=ORGANISER),
    "desk": Look(desk_page, email=ORGANISER),
    "figures": Look(figures_page, email=ORGANISER),
    "policy": Look(lambda: "/organise/policies/hampshire/", email=ORGANISER),
    "offer": Look(offered),
    "subscribe": Look(lambda: f"/calendar/weeks/{coming().slug}/"),
    "join": Look(lambda: path_of(JOIN, near())),
    "booking": Look(lambda: near().get_absolute_url(), email=PRACTITIONER),
    "diary": Look(lambda: "/me/calendar/", email=PRACTITIONER),
    "agency": Look(lambda: "/agency/", email="agency.lead@example.org"),
    "print": Look(lambda: coming().get_absolute_url(), on_paper, widths=(1280,)),  # paper has one width
    "poster": Look(lambda: f"{coming().get_absolute_url()}poster/"),
}


@pytest.mark.parametrize("name", PAGES)
def test_page_when_seen_at_each_width_and_zoomed_then_nothing_is_clipped_or_sideways(
    at, new_context, client, site, name
):
    look = PAGES[name]
    context = new_context(reduced_motion="reduce")
    if look.email:
        sign_in(context, client, User.objects.get(email=look.email), site)
    page = context.new_page()
    look.before(page, site)
    page.set_viewport_size({"width": look.widths[0], "height": WIDTHS[look.widths[0]]})
    assert page.goto(site + look.address()).ok
    for width in look.widths:
        resize(page, width, WIDTHS[width])
        assert not is_sideways(page)
        assert page.evaluate(CLIPPED) == []
        assert name == "print" or page.evaluate(SMALL) == []  # nobody presses paper
        keep(f"{name}-{width}", page)


def test_what_is_clipped_small_or_sideways_then_is_found(site, page):
    page.set_content(
        '<!DOCTYPE html><main><div style="width: 40px; overflow: hidden; white-space: nowrap">Many words here</div>'
        '<div><a href="#" style="display: block; width: 10px; height: 10px">x</a></div></main>'
    )

    assert len(page.evaluate(CLIPPED)) == 1
    assert len(page.evaluate(SMALL)) == 1
