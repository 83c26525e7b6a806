"""A partnership's own words for its mails: which hold, and how they are changed."""

from datetime import datetime

from django.db import transaction

from events.contention import once_more
from events.errors import ChangedSince
from notifications.kinds import Kind
from notifications.models import MailText
from notifications.texts.house import HOUSE
from notifications.texts.text import NOTHING, Text
from people.models import Partnership, User


def newest_text(partnership: Partnership, kind: Kind) -> MailText | None:
    """Return the version that holds, or None where nothing was ever decided."""
    return MailText.objects.filter(partnership=partnership, kind=kind).order_by("-version").first()


def text_of(partnership: Partnership | None, kind: Kind) -> Text:
    """Return what a mail of a kind that has words of the house says now."""
    newest = newest_text(partnership, kind) if partnership else None
    return newest.text.over(HOUSE[kind]) if newest else HOUSE[kind]


@once_more
def set_text(  # noqa: PLR0913 - what, whose, by whom, when, and after which
    partnership: Partnership, kind: Kind, text: Text, *, actor: User, at: datetime, as_of: int
) -> MailText | None:
    """Add a version of a partnership's words; those that hold already add none, and what is the house's is not kept.

    It holds for every mail that goes from then on, those that wait too. ``as_of`` is the version that whoever asks
    has seen, 0 for none. Returns the version that holds then, None for none. Raises ChangedSince, ValidationError
    for words that cannot be used, and Busy; nothing is written then.
    """
    own = text.unlike(HOUSE[kind])
    with transaction.atomic():
        Partnership.objects.select_for_update(no_key=True).get(pk=partnership.pk)
        newest = newest_text(partnership, kind)
        last = newest.version if newest else 0
        if as_of != last:
            raise ChangedSince
        if own == (newest.text if newest else NOTHING):
            return newest
        row = MailText(
            partnership=partnership, kind=kind, version=last + 1, made_at=at, made_by=actor, **dict(own.blocks)
        )
        row.full_clean(exclude=["partnership", "made_by"])
        row.save()
    return row
