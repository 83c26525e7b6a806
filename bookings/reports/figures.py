"""The figures of bookings and sessions, each defined once; what they mean in words is in `definitions`."""

from typing import Any, Final

from django.db.models import Count, Exists, OuterRef, Q

from bookings.models import CAME, BookingChange, Presence
from bookings.reports.table import Column
from bookings.states import Status

WALK_IN: Final = "walk_in"
COUNTED: Final = (
    Column("booked", "Booked", "count"),
    Column("cancelled_in_time", "Cancelled in time", "count"),
    Column("cancelled_late", "Cancelled late", "count"),
    Column("given_away", "Given away", "count"),
    Column("expected", "Expected", "count"),
    Column("attended", "Attended", "count"),
    Column("part", "A part", "count"),
    Column("walked_in", "Walked in", "count"),
    Column("did_not_attend", "Did not attend", "count"),
    Column("excused", "Excused", "count"),
    Column("not_marked", "Not marked", "count"),
    Column("people", "People", "count"),
)
# What adds up within a row: a lone hidden number of one of these could be worked out.
SUMS: Final = (
    ("booked", "cancelled_in_time", "cancelled_late", "given_away", "expected"),
    ("expected", "walked_in", "attended", "did_not_attend", "excused", "not_marked"),
)


def booking_counts() -> dict[str, Count]:
    """Return how each figure is counted over bookings, by its name; nothing is counted twice for one booking."""
    had_place = Exists(BookingChange.objects.filter(booking=OuterRef("pk"), to_status=Status.CONFIRMED))
    has_place, walked_in = Q(status=Status.CONFIRMED), Q(source=WALK_IN)
    expected = has_place & ~walked_in
    gave_up = Q(status=Status.CANCELLED) & ~walked_in & Q(had_place)  # who walked in may be taken off the register
    came = has_place & Q(attendance__state__in=sorted(CAME))
    part = has_place & Q(attendance__state__in=[Presence.LATE, Presence.LEFT_EARLY])
    wanted: dict[str, Q] = {
        "cancelled_in_time": gave_up & Q(cancelled_late=False),
        "cancelled_late": gave_up & Q(cancelled_late=True),
        "given_away": Q(status=Status.SUBSTITUTED),
        "expected": expected,
        "attended": came,
        "part": part,
        "walked_in": came & walked_in,
        "did_not_attend": has_place & Q(attendance__state=Presence.DID_NOT_ATTEND),
        "excused": has_place & Q(attendance__state=Presence.EXCUSED),
        "not_marked": has_place & Q(attendance__isnull=True),
    }
    counts = {name: Count("pk", filter=condition) for name, condition in wanted.items()}
    counts["booked"] = Count("pk", filter=expected | gave_up | Q(status=Status.SUBSTITUTED))
    counts["people"] = Count("practitioner", filter=came, distinct=True)
    return counts


def came() -> Q:
    """Return the condition that somebody came, if only for a part."""
    return Q(status=Status.CONFIRMED, attendance__state__in=sorted(CAME))


def numbers_of(found: Any) -> dict[str, int]:
    """Return the figures of a counted row in the order of the columns."""
    return {column.name: found[column.name] for column in COUNTED}
