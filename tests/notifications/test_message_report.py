"""The report of messages: each counted once, by what became of it."""

from collections import Counter
from datetime import timedelta
from itertools import cycle, islice

import pytest

from bookings.reports import REPORTS, Asked, add_report
from notifications.kinds import Kind
from notifications.message_report import COUNTS, MESSAGES
from notifications.models import Message, ProviderEvent
from tests.factories import NOW, SessionFactory, make_booking

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
STATUSES = ("sent", "sent", "sent", "pending", "failed", "unknown", "cancelled", "expired")
KINDS = ("reminder", "confirmation", "changed", "thank_you", "bulk")


@pytest.fixture
def sent(hampshire, island):
    """Two sessions of one's own and one of somebody else's, with messages of every state."""
    rows = []
    for number, partnership in enumerate((hampshire, hampshire, island)):
        session = SessionFactory(capacity=None, title=f"Session {number}")
        session.session_hosts.update(partnership=partnership)
        for n in range(4):
            booking = make_booking(session=session)
            for m, (status, kind) in enumerate(zip(islice(cycle(STATUSES), n, n + 8), cycle(KINDS), strict=False)):
                rows.append(_message(booking, kind, f"{m}", status))
    return rows


def _message(booking, kind, occurrence, status):
    at = {"sent_at": NOW} if status == "sent" else {}
    row = Message.objects.create(
        booking=booking,
        kind=kind,
        occurrence=occurrence,
        message_id=f"<{booking.pk}-{kind}-{occurrence}@example.org>",
        due_at=NOW,
        expires_at=NOW + timedelta(days=1),
        status=status,
        **at,
    )
    told = {"0": ("delivered",), "1": ("deferred", "bounced"), "2": ("delivered", "complained")}
    for kind_told in told.get(occurrence, ()) if status == "sent" else ():
        for again in range(2):  # a provider may tell a thing twice under two names
            key = f"{row.pk}-{kind_told}-{again}"
            ProviderEvent.objects.create(message=row, kind=kind_told, at=NOW, key=key)
    return row


def recount(rows):
    """Count messages by hand."""
    words = {"pending": "waiting", "cancelled": "not_needed", "expired": "not_needed"}
    found = Counter(words.get(row.status, row.status) for row in rows)
    for row in rows:
        found.update(set(row.provider_events.values_list("kind", flat=True)))
    return {column.name: found[column.name] for column in COUNTS}


def of(row):
    return {column.name: row[column.name] for column in COUNTS}


def test_log_by_kind_and_by_session_then_agrees_with_a_recount(sent, hampshire, django_assert_num_queries):
    own = list(Message.objects.exclude(booking__session__title="Session 2"))
    table = {}
    for group in ("kind", "session"):
        with django_assert_num_queries(1):
            table[group] = MESSAGES.table(Asked([hampshire], NOW, group))
        assert of(table[group].total) == recount(own)

    assert min(recount(own).values()) > 0
    for row in table["kind"].rows:
        assert of(row) == recount([one for one in own if Kind(one.kind).label == row["group"]])
    for row in table["session"].rows:
        assert of(row) == recount([one for one in own if one.booking.session.title == row["group"]])
    assert [row["group"] for row in table["session"].rows] == ["Session 0", "Session 1"]


def test_log_on_its_page_and_as_a_file_then_says_that_nobody_is_watched(organiser, sent):
    page = organiser.get("/organise/reports/messages/?group=session")
    file = organiser.get("/organise/reports/messages.csv")

    assert "Opened: not tracked." in page.content.decode()
    assert "Session 0" in page.content.decode()
    assert "Session 2" not in page.content.decode()
    assert b"Came back" in b"".join(file.streaming_content)


def test_log_when_a_session_is_cancelled_then_its_messages_stay_in_it(sent, hampshire):
    before = of(MESSAGES.table(Asked([hampshire], NOW, "kind")).total)
    session = Message.objects.filter(booking__session__title="Session 0").first().booking.session
    type(session).objects.filter(pk=session.pk).update(state="cancelled", cancelled_at=NOW)

    assert of(MESSAGES.table(Asked([hampshire], NOW, "kind")).total) == before


def test_report_when_its_name_is_taken_then_is_refused():
    add_report(MESSAGES)
    with pytest.raises(ValueError, match="called attendance already"):
        add_report(type(MESSAGES)(**{**vars(MESSAGES), "slug": "attendance"}))
    assert REPORTS["messages"] is MESSAGES
