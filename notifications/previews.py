"""A mail about nobody: what a kind would say, with ordinary words or with awkward ones, about a session to come."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings

from bookings.models.booking import organizer_of
from bookings.states import Status, Verb
from events.dates import long_day, moment_words, span_words
from events.models import Session
from events.part_words import when_words
from events.wall_time import LONDON
from notifications.facts import Facts
from notifications.kinds import ABSENCES, REMINDERS, RULES, Kind
from notifications.summaries import Summary, SummaryLine
from notifications.texts.text import Text
from notifications.week_ahead import WeekAhead, WeekLine
from people.models import Partnership
from people.text import strip_controls

ORDINARY: Final = {
    "person": "Pat Sample",
    "other": "Kim Colleague",
    "title": "An ordinary session",
    "reason": "Illness.",
}
# As long as names and titles may be, in other letters, and with what a template or a page might take for its own.
AWKWARD: Final = {
    "person": f"Zoë-Maëlle 日本 😀 <b>O'Brien</b> {{title}} {'x' * 152}"[:200],
    "other": f"{{name}} & {{{{ facts.link }}}} {'y' * 174}"[:200],
    "title": f"“Who & what?” {{until}} {{% now %}} 😀 {'Curiosity ' * 17}"[:200],
    "reason": "Half a brace { and a <script>, 100 % & more.\nOn two lines.",
}
VERBS: Final = {
    Kind.NOT_APPROVED: Verb.REFUSED,
    Kind.HANDOVER_ENDED: Verb.COLLEAGUE_ENDED,
    Kind.CANCELLED: Verb.SESSION_CANCELLED,
}
FAR_AHEAD: Final = timedelta(weeks=8)


def letter_facts(kind: Kind, session: Session, text: Text, *, at: datetime, waits: bool) -> Facts:
    """Return the facts of a letter of organisers to people of a session, as an invented one of them reads it.

    ``waits``: it goes only to people who have no place. Nothing is read of anybody's booking here either.
    """
    host = session.session_hosts.select_related("partnership").first()
    partnership = host.partnership if host else Partnership(name="Practice Weeks")
    facts = example_facts(kind, partnership, text, at=at, session=session)
    note = strip_controls(session.practical_note)
    stop = f"{settings.SITE_URL}/" if kind == Kind.NEWS else ""
    facts = replace(facts, when=when_words(session), practical_note=note, stop=stop)
    return replace(facts, status=Status.WAITLISTED, has_place=False, way_in="") if waits else facts


def example_facts(  # noqa: PLR0913 - each is a choice of its own
    kind: Kind,
    partnership: Partnership,
    text: Text,
    *,
    at: datetime,
    awkward: bool = False,
    session: Session | None = None,
) -> Facts:
    """Return the facts of a mail of a kind in a partnership's name, about a session, its next or an ordinary one.

    Nobody is in it, no address in it opens anything, and nothing is read of anybody's booking.
    """
    words = AWKWARD if awkward else ORDINARY
    if session is None:
        coming = Session.objects.filter(session_hosts__partnership=partnership, starts_at__gt=at)
        session = coming.select_related("week", "venue", "room").order_by("starts_at", "pk").first()
    zone = session.tzinfo if session else LONDON
    starts_at = session.starts_at if session else at + FAR_AHEAD
    ends_at = session.ends_at if session else starts_at + timedelta(hours=1)
    title = session.title if session and not awkward else words["title"]
    when, until = span_words(starts_at, ends_at, zone), moment_words(starts_at - timedelta(days=3), zone)
    has_place = Status.CONFIRMED in RULES[kind].statuses and RULES[kind].to == "person"
    site = settings.SITE_URL
    before, now = moment_words(starts_at - timedelta(hours=1), zone), moment_words(starts_at, zone)
    return Facts(
        kind=kind,
        sender=organizer_of(partnership.sender_email),
        recipient="somebody@example.org",
        name=words["other"] if RULES[kind].to != "person" else words["person"],
        person=words["person"],
        title=title,
        when=when,
        day=long_day(starts_at.astimezone(zone).date()),
        place=session.place if session and session.venue_id else "",
        is_online=session is None or session.format != Session.Format.IN_PERSON,
        way_in=f"{site}/" if has_place else "",
        status=Status.CONFIRMED,
        has_place=has_place,
        is_over=False,
        practical_note="",
        week=session.week.title if session else "Practice week",
        link=f"{site}/",
        until=until,
        releases=False,
        declining="ask",
        verb=VERBS.get(kind, ""),
        done_by="",
        colleague=words["other"],
        manager=words["other"],
        silence_holds=True,
        charges="Cancelling late is charged: £50.",
        waiting_terms="When a place comes free and you are the next, we offer it to you by mail.",
        ahead="one hour" if kind == Kind.REMINDER_SOON else "",
        presses=(("I'm still coming", f"{site}/"),) if kind in REMINDERS else (),
        absence_charge="£50 is charged for not attending." if kind in ABSENCES else "",
        diary_title=title,
        instructions=(),
        says="",
        says_again=False,
        by_hand=None,
        questions=f"{site}/" if kind in {Kind.THANK_YOU, Kind.QUESTIONS_REMINDER} else "",
        left="You no longer have a place on this session.",
        partnership=partnership.name,
        contact=partnership.contact_email,
        website=partnership.website,
        colour=partnership.colour,
        free_until=until,
        free_is_over=False,
        cancelled_late=kind == Kind.CANCELLED,
        by_organiser=kind == Kind.CANCELLED,
        reason=words["reason"],
        changes=(("Start", before, now),),
        method=RULES[kind].calendar,
        sequence=0,
        stamp=at,
        text=text,
        summary=_summary(title, when, starts_at) if kind == Kind.PLAN else None,
        week_ahead=_week_ahead(title, when, starts_at) if kind == Kind.WEEK_AHEAD else None,
    )


def _week_ahead(title: str, when: str, starts_at: datetime) -> WeekAhead:
    """Return two sessions of a week, as far as they matter here."""
    site = f"{settings.SITE_URL}/"
    line = WeekLine(title, long_day(starts_at.date()), when, "Online", site, "", "", (("I'm still coming", site),))
    return WeekAhead((line, line))


def _summary(title: str, when: str, starts_at: datetime) -> Summary:
    """Return what a step would have booked: one place, and one that is waited for."""
    address, day = f"{settings.SITE_URL}/", starts_at.date()
    statuses = (Status.CONFIRMED, Status.WAITLISTED)
    return Summary(tuple(SummaryLine(title, when, "Online", address, status, day) for status in statuses))
