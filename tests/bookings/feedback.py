"""Answers about sessions, for the tests that need some."""

from bookings import actions
from bookings.models import form_for
from tests.factories import START

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
