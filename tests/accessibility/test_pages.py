"""Every page, in every state that looks different, has no fault that axe can see and never scrolls sideways."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from bookings import actions
from bookings.models import FeedToken
from events.actions import cancel_session
from events.models import DayTheme, KeyMessage, Resource, SessionHost, WeekDay, WeekHost, WeekPresentation
from notifications import inbox, messages
from notifications.models import Message
from people.models import SafeguardingContact
from tests.accessibility.axe import HIGH_CONTRAST, MODES, faults, glance, look
from tests.browser import sign_in
from tests.factories import (
    NOW,
    START,
    PartnershipFactory,
    SessionFactory,
    ThemeFactory,
    TopicFactory,
    UserFactory,
    VenueFactory,
    WeekFactory,
    make_booking,
    make_queued,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# What is wrong with it depends on width and palette.
FAULTY = """<!DOCTYPE html><html lang="en"><title>Faulty</title><style>
  .phone, .desk { display: none }
  p { background: #fff; color: #000 }
  @media (max-width: 400px) { .phone { display: block; width: 500px } }
  @media (min-width: 401px) { .desk { display: block } }
  @media (prefers-color-scheme: dark) { .pale { color: #ccc } }
  [data-contrast] .faint { color: #ccc }
</style><main><h1>Faulty</h1>
<p class="pale">pale</p><p class="faint">faint</p><input class="phone"><select class="desk"></select></main></html>"""
FOUND = {
    "dark and narrow": {"color-contrast", "label", "scrolls sideways"},
    "high contrast and narrow": {"color-contrast", "scrolls sideways"},
    "as it comes": {"select-name"},
}
COLOURS = """() => [...document.querySelectorAll("body, header, header button, main a")].map(
  one => [one.tagName, getComputedStyle(one).color, getComputedStyle(one).backgroundColor])"""


def programme():
    """Make a week with everything that its page can show."""
    week = WeekFactory(is_sample=True, introduction="Why this week.\n\n- one\n- two")
    island = PartnershipFactory(slug="isle-of-wight", colour="#00695c")
    WeekHost.objects.create(week=week, partnership=island)
    WeekPresentation.objects.create(week=week, partnership=island, title="Reviews on the Island", audience="All")
    for number, kind in enumerate(["launch", "themes", "training", "resources"], start=1):
        day = WeekDay.objects.create(week=week, number=number, kind=kind, title="The title", summary="A summary.")
        DayTheme.objects.create(day=day, theme=ThemeFactory(slug=f"disproportionality-and-{kind}"))
    topic = TopicFactory(
        week=week, audience="Everybody", outcomes="- one\n- two", content_note="It may upset.", summary="What it is."
    )
    topic.themes.add(ThemeFactory())
    for hours in (0, 4, 30, 500):
        session = SessionFactory(
            topic=topic,
            week=week,
            format="hybrid",
            venue=VenueFactory(access="Step-free."),
            starts_at=START + timedelta(hours=hours),
            is_illustrative=True,
            practical_note="Bring a pen.",
        )
        SessionHost.objects.create(session=session, partnership=island)
    SessionFactory(week=week, starts_at=START + timedelta(hours=8), state="cancelled", cancelled_at=NOW)
    kit = Resource.objects.create(
        slug="kit", title="The toolkit", kind="toolkit", summary="It helps.", week=week, released_at=NOW,
        link="https://kit.example.org/", review_kinds=["audits"],
    )  # fmt: skip
    kit.themes.add(ThemeFactory())
    kit.related.add(Resource.objects.create(slug="pack", title="The pack", kind="stop_pack", released_at=NOW))
    KeyMessage.objects.create(week=week, heading="If you do one thing", text="Ask twice.", released_at=NOW)
    for position, audience in enumerate(["public", "professionals"]):
        SafeguardingContact.objects.create(
            area=island.area, audience=audience, phone="01983 000000", note="Day and night.", position=position
        )
    return session


def session_page(**details):
    """Return what makes a session in a state, and returns its page."""
    return lambda: f"/sessions/{SessionFactory(**details).pk}/"


def full(*, waits=True):
    """Make a full session, and return its page."""
    session = SessionFactory(capacity=1, has_waiting_list=waits)
    make_booking(session=session)
    return f"/sessions/{session.pk}/"


def booked(person):
    """Book a session that has a way in and starts in half an hour; return the booking."""
    session = SessionFactory(starts_at=NOW + timedelta(minutes=30), joining_link="https://meet.example.org/room")
    return make_booking(session=session, practitioner=person)


def waiting(person):
    """Wait for a session; return the booking."""
    session = SessionFactory(capacity=1)
    make_booking(session=session)
    return make_queued(session=session, practitioner=person)


def cancelled(person):
    """Book and cancel; return the booking."""
    return actions.cancel(make_booking(practitioner=person), at=NOW)


def called_off(person):
    """Book a session that is then called off; return the booking."""
    booking = make_booking(practitioner=person)
    cancel_session(booking.session_id, reason="The trainer is ill.", at=NOW)
    return booking


def all_bookings(person):
    """Have a booking in each state; return the list's page."""
    for make in (booked, waiting, cancelled, called_off):
        make(person)
    return "/me/"


def calendars(person):
    """Have an address in use; return the page."""
    FeedToken.issue(person)
    return "/me/calendar/"


def kept_mail():
    """Keep a confirmation in the local inbox, as the worker would."""
    message = Message.objects.get(booking=make_booking(), kind="confirmation")
    return inbox.find(inbox.keep(messages.build(message).content))


SIGNED_OUT = {
    "home": "/",
    "weeks": "/weeks/",
    "sessions": "/sessions/",
    "subscribe": "/calendar/all/?format=online",
    "resources": "/resources/",
    "resource": "/resources/kit/",
    "sign in": "/sign-in/",
    "accessibility": "/accessibility/",
    "components": "/components/",
    "page not found": "/nowhere/",
}
# Further states of these templates, and of those that test_week and test_reading look at in every mode.
WITHOUT_PROGRAMME = {
    "home with nothing on": lambda: "/",
    "privacy": lambda: "/privacy/",
    "terms": lambda: "/terms/",
    "session not yet open": session_page(booking_opens_at=NOW + timedelta(days=1)),
    "session closed": session_page(booking_closes_at=NOW),
    "session over": session_page(starts_at=NOW - timedelta(days=1)),
    "session without booking": session_page(booking_required=False),
    "session cancelled": session_page(state="cancelled", cancelled_at=NOW),
    "session full": full,
    "session full without waiting list": lambda: full(waits=False),
    "local inbox without mail": lambda: "/dev/mail/",
}
WITH_PROGRAMME = {
    "week": "/weeks/2027-06-learning-from-reviews/",
    "week of a partnership": "/weeks/2027-06-learning-from-reviews/?partnership=isle-of-wight",
    "sessions narrowed": "/sessions/?q=nothing&format=online",
    "sessions with a wrong filter": "/sessions/?week=nope",
}
SIGNED_IN = {
    "book": lambda _: f"/sessions/{SessionFactory().pk}/book/",
    "my bookings": all_bookings,
    "booking confirmed": lambda person: f"/me/bookings/{booked(person).pk}/",
    "cancel": lambda person: f"/me/bookings/{make_booking(practitioner=person).pk}/cancel/",
    "my calendar": calendars,
    "my messages": lambda _: "/me/messages/",
    "my details": lambda _: "/me/details/",
}
FURTHER_SIGNED_IN = {
    "my bookings without any": lambda _: "/me/",
    "session to book": lambda _: session_page()(),
    "session booked": lambda person: f"/sessions/{make_booking(practitioner=person).session_id}/",
    "book a full session": lambda _: f"{full()}book/",
    "book a closed session": lambda _: f"/sessions/{SessionFactory(booking_closes_at=NOW).pk}/book/",
    "booking waiting": lambda person: f"/me/bookings/{waiting(person).pk}/",
    "booking cancelled": lambda person: f"/me/bookings/{cancelled(person).pk}/",
    "booking called off": lambda person: f"/me/bookings/{called_off(person).pk}/",
    "cancel late": lambda person: f"/me/bookings/{booked(person).pk}/cancel/",
}


@pytest.mark.parametrize("name", SIGNED_OUT)
def test_page_when_signed_out_then_has_no_fault(site, context, name):
    if name in {"home", "weeks", "sessions", "resources", "resource"}:
        programme()

    assert look(context, site + SIGNED_OUT[name]) == []


def test_pages_when_in_a_further_state_then_have_no_fault(site, context):
    wrong = {name: glance(context, site + make()) for name, make in WITHOUT_PROGRAMME.items()}
    wrong["session with everything"] = glance(context, f"{site}/sessions/{programme().pk}/")
    wrong |= {name: glance(context, site + path) for name, path in WITH_PROGRAMME.items()}

    assert wrong == {name: [] for name in wrong}


def test_local_inbox_when_it_has_mail_then_has_no_fault(site, context):
    kept = kept_mail()

    assert look(context, f"{site}/dev/mail/?to={kept.mail['To']}") == []
    assert look(context, f"{site}/dev/mail/{kept.id}/") == []


@pytest.mark.parametrize("name", SIGNED_IN)
def test_page_when_signed_in_then_has_no_fault(site, context, client, name):
    person = UserFactory(email="pat@example.org")
    sign_in(context, client, person, site)

    assert look(context, site + SIGNED_IN[name](person)) == []


def test_pages_when_signed_in_and_in_a_further_state_then_have_no_fault(site, context, client):
    person = UserFactory(email="pat@example.org")
    sign_in(context, client, person, site)

    wrong = {name: glance(context, site + make(person)) for name, make in FURTHER_SIGNED_IN.items()}

    assert wrong == {name: [] for name in wrong}


def test_booking_form_when_sent_empty_then_its_errors_have_no_fault_and_take_the_focus(site, context, client):
    sign_in(context, client, UserFactory(name="", organisation_name="", job_role=""), site)

    def send(page):
        page.get_by_role("button", name="Book this session").click()
        expect(page.locator(".error-summary")).to_be_focused()
        page.get_by_role("link", name="Enter your full name.").click()
        expect(page.locator("#id_name")).to_be_focused()

    assert glance(context, f"{site}/sessions/{SessionFactory().pk}/book/", then=send) == []


def test_code_page_when_the_code_is_wrong_then_has_no_fault(site, context):
    def ask(page):
        page.get_by_label("Email address").fill("pat@example.org")
        page.get_by_role("button", name="Email me a code").click()
        page.get_by_label("Code").fill("00000000")
        page.get_by_role("button", name="Continue").click()
        page.get_by_role("alert").wait_for()
        context.clear_cookies(name="sessionid")

    assert glance(context, f"{site}/sign-in/", then=ask) == []


def test_calendar_page_when_an_address_is_made_then_has_no_fault(site, context, client):
    sign_in(context, client, UserFactory(), site)

    def make(page):
        page.get_by_role("button", name="Make an address").click()

    assert glance(context, f"{site}/me/calendar/", then=make) == []


def test_calendar_page_when_a_choice_is_wrong_then_its_errors_have_no_fault(site, context, client):
    sign_in(context, client, UserFactory(), site)

    def choose(page):
        page.get_by_label("Alarm").evaluate("list => list.replaceChildren()")
        page.get_by_role("button", name="Save what my diary shows").click()
        expect(page.locator(".error-summary")).to_be_focused()

    assert glance(context, f"{site}/me/calendar/", then=choose) == []


def test_faults_when_each_mode_has_its_own_then_are_found_in_each(site, context):
    context.route("**/faulty/", lambda route: route.fulfill(body=FAULTY, content_type="text/html"))

    wrong = [fault.split(": ")[:2] for fault in look(context, f"{site}/faulty/")]

    assert {name: {fault for mode, fault in wrong if mode == name} for name in MODES} == FOUND
    assert len([fault for _, fault in wrong if fault == "color-contrast"]) == 2
    assert {fault.split(": ")[1] for fault in glance(context, f"{site}/faulty/")} == FOUND["dark and narrow"]


def test_high_contrast_when_set_on_the_page_then_is_what_the_cookie_brings(site, context, page):
    page.goto(f"{site}/sign-in/")
    plain = page.evaluate(COLOURS)
    page.evaluate(HIGH_CONTRAST, arg=True)
    on_the_page = page.evaluate(COLOURS)
    context.add_cookies([{"name": "contrast", "value": "high", "url": site}])
    page.reload()

    assert page.evaluate(COLOURS) == on_the_page != plain
    assert faults(page) == []


def test_focus_when_moved_by_keyboard_then_is_seen(site, page):
    page.goto(f"{site}/sign-in/")

    page.keyboard.press("Tab")
    skip = page.evaluate(
        "[document.activeElement.textContent, document.activeElement.getBoundingClientRect().top >= 0]"
    )
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    first = page.evaluate("[document.activeElement.id, getComputedStyle(document.activeElement).outlineStyle]")

    assert skip == ["Skip to main content", True]
    assert first == ["id_email", "solid"]
