"""Rows about mail that came in which contradict themselves are refused by the database."""

import pytest
from django.db import IntegrityError, transaction

from notifications.models import InboundReply
from tests.factories import NOW, UserFactory

pytestmark = pytest.mark.django_db
ROW = {"digest": "a" * 64, "raw": b"", "size": 0, "way": "mailbox", "received_at": NOW}

BREACHES = [
    ("inbound_reply_outcome_known", lambda: {"outcome": "perhaps", "why": "So."}),
    ("inbound_reply_way_known", lambda: {"way": "pigeon"}),
    ("inbound_reply_says_why_if_it_changed_nothing", lambda: {"outcome": "odd"}),
    ("inbound_reply_says_why_if_it_changed_nothing", lambda: {"outcome": "taken", "why": "So."}),
    ("inbound_reply_seen_by_only_if_seen", lambda: {"seen_by": UserFactory()}),
]


@pytest.mark.parametrize(("name", "values"), BREACHES)
def test_the_database_refuses_what_contradicts_itself(name, values):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        InboundReply.objects.create(**ROW | values())


def test_the_same_mail_twice_then_refused():
    InboundReply.objects.create(**ROW)
    with pytest.raises(IntegrityError), transaction.atomic():
        InboundReply.objects.create(**ROW)


def test_every_constraint_has_a_row_that_breaks_it():
    assert {c.name for c in InboundReply._meta.constraints} == {name for name, _ in BREACHES}
