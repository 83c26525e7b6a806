"""Answers about sessions, for the tests that need some."""

from datetime import timedelta

from bookings import actions
from bookings.models import Certificate, form_for
from events.models import Session
from tests.factories import NOW, START

GOOD = {"knowledge": 4, "skills": 4, "confidence": 5, "relevance": 3}
BEFORE = {"knowledge": 2, "confidence": 3}


def give(booking, *, stage="post", at=None, **answers):
    """Answer about a booking, at the end of its session unless told."""
    usual = {"pre": BEFORE, "post": GOOD, "impact": {"applied": "yes"}}[stage]
    form = form_for(booking.session, stage)
    at = at or booking.session.ends_at
    actions.give_feedback(booking, stage=stage, form=form, answers={**usual, **answers}, at=at)


def came(booking, state="present", at=START, **values):
    """Mark somebody in the register."""
    actions.mark(booking.session, [actions.Mark(booking.pk, state, at, **values)], at=max(at, START), actor=None)


def settle(booking, state="present", at=None, **values):
    """Let the register say something of somebody and be closed, at the end of the session unless told."""
    session, at = booking.session, at or booking.session.over_at
    actions.reopen_register(session, reason="Corrected.", at=at, actor=None)
    actions.mark(session, [actions.Mark(booking.pk, state, at, **values)], at=at, actor=None)
    actions.close_register(session, at=max(at, session.over_at), actor=None)


def over(booking):
    """Let the session of a booking have been this morning: it ended an hour before the tests' now."""
    times = {"starts_at": NOW - timedelta(hours=3), "ends_at": NOW - timedelta(hours=1)}
    Session.objects.filter(pk=booking.session_id).update(**times)
    booking.session.refresh_from_db()
    return booking


def certified(booking):
    """Let somebody have attended and answered; return their certificate."""
    over(booking)
    actions.mark(booking.session, [actions.Mark(booking.pk, "present", NOW)], at=NOW, actor=None)
    give(booking, at=NOW)
    return Certificate.objects.get(booking=booking, revoked_at__isnull=True)
