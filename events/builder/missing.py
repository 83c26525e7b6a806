"""What is missing before a week is published, in words, with the page where each thing is mended."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from django.urls import reverse

from events.builder.cards import Card
from events.builder.timetable import Builder
from events.checklist import Finding
from events.models import PracticeWeek

# At which field of a session what is missing is mended.
FIELDS: Final = {
    "no_link": "joining_link",
    "no_venue": "venue",
    "no_capacity": "capacity",
    "no_summary": "summary",
    "no_audience": "audience",
    "no_outcomes": "outcomes",
}


@dataclass(frozen=True)
class Missing:
    """What is missing in one place: the week or a session, with the address where it is mended."""

    about: str
    address: str
    sentences: list[str]


def missing_of(builder: Builder, *, must: bool) -> list[Missing]:
    """Return what must be mended, or what is worth a look, place by place as the programme runs."""
    cards = {card.session.pk: card for card in builder.cards}
    places: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in builder.findings:
        if finding.must == must:
            card = cards.get(finding.session or 0)
            places[_about(finding, card), _mended_at(finding, card, builder.week)].append(finding)
    return [
        Missing(about, _at_field(address, found[0]), [finding.sentence for finding in found])
        for (about, address), found in places.items()
    ]


def _at_field(address: str, finding: Finding) -> str:
    """Return the place of the first thing that is missing, where its page has a field for it."""
    field = FIELDS.get(finding.code)
    return f"{address}#id_{field}" if field and "#" not in address else address


def _about(finding: Finding, card: Card | None) -> str:
    """Return what something is missing in."""
    if card:
        return f"{card.session.title}, {card.session.local_start:%A} {card.times}"
    return {"details": "Details and hosts", "days": "Days and themes"}.get(finding.part, "The timetable")


def _mended_at(finding: Finding, card: Card | None, week: PracticeWeek) -> str:
    """Return the page where it is mended; of a session that is not one's own, its place in the timetable."""
    if card and card.is_own:
        page = "organise_session_edit" if card.is_draft else "organise_session_change"
        return reverse(page, args=[card.session.pk])
    names = {"details": "organise_week_details", "days": "organise_days"}
    address = reverse(names.get(finding.part, "organise_week"), args=[week.slug])
    return f"{address}#{card.anchor}" if card else address
