"""What the page of a session says to one person before they book: the step, what clashes with it, what is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bookings import eligibility, limits, planning, policies
from bookings.limits import Wanted
from bookings.models import Booking, Terms, terms_of
from bookings.plan_page import Offer, live_bookings, shown_sessions
from bookings.plan_words import Finding, clash_words, offer_words
from bookings.policy import Policy
from bookings.presenters import NextStep, next_step
from bookings.questions import Questions
from events.dates import moment_words
from events.models import Session


@dataclass(frozen=True)
class BookPage:
    """The next step about a session, with the clashes it would make and the sittings to take instead."""

    session: Session
    policy: Policy
    step: NextStep
    clashes: Sequence[Finding] = ()
    instead: Sequence[Offer] = ()

    @property
    def questions(self) -> Questions:
        """Return what is asked before booking."""
        return Questions.of(self.session, self.policy)


def read_book_page(session: Session, practitioner: Any, *, at: datetime) -> BookPage:
    """Return what a session says to somebody, or to nobody in particular, at an instant.

    It costs two queries, one of them for whoever is signed in; more where the session has rules or keeps places,
    and two where it clashes with what is booked.
    """
    terms = terms_of([session])[session.pk]
    if not practitioner.is_authenticated:
        return BookPage(
            session, terms.policy, next_step(session, terms.policy, at=at, keeps=_keeps(session, terms, at))
        )
    near = eligibility.bookings_near(session, practitioner)
    step = next_step(
        session,
        terms.policy,
        at=at,
        booking=next((one for one in near if one.session_id == session.pk), None),
        refusal=eligibility.why_not_person(session, practitioner, terms, near=near, at=at),
        keeps=_keeps(session, terms, at),
        kept=_kept(session, practitioner, terms, at=at),
    )
    clashing = eligibility.clashing(session, near) if step.button else []
    return BookPage(
        session,
        terms.policy,
        step,
        [clash_words(session, one.session, one) for one in clashing],
        _instead(session, practitioner, clashing, at=at),
    )


def _keeps(session: Session, terms: Terms, at: datetime) -> bool:
    """Say whether a free place may be for some people only."""
    return planning.is_free(session) and limits.are_in_force(session, terms, at=at)


def _kept(session: Session, practitioner: Any, terms: Terms, *, at: datetime) -> str:
    """Return why the places that are free are not for this person, and when they will be; empty where they are."""
    if not _keeps(session, terms, at):
        return ""
    organisation = practitioner.organisation
    wanted = Wanted(
        organisation.pk if organisation else None,
        organisation.sector_id if organisation else None,
        mode="",
        priority=int(terms.is_restricted and eligibility.is_outsider(session, practitioner)),
    )
    refusal = limits.limits_of(session, terms, at=at).why_not(wanted)
    if refusal is None:
        return ""
    opens = moment_words(policies.places_kept_until(session, terms.policy), session.tzinfo)
    return f"{refusal.sentence} What is left is open to all from {opens}."


def _instead(session: Session, practitioner: Any, clashing: Sequence[Booking], *, at: datetime) -> list[Offer]:
    """Return the other sittings that have a place and clash with nothing; none where this one does not clash."""
    if not clashing:
        return []
    sittings = shown_sessions().filter(topic=session.topic_id).exclude(pk=session.pk)
    booked = [booking.session for booking in live_bookings(practitioner, at=at)]
    found = planning.fitting(session, sittings, booked, at=at)
    return [Offer(one.pk, offer_words(one, session)) for one in found]
