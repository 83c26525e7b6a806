"""The checks of a session, which are asked for in one statement."""

from datetime import timedelta
from unittest import mock

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.models import Session
from tests.factories import SessionFactory

pytestmark = pytest.mark.django_db


def asked(session, **how):
    """Return what a session is refused for, and how many statements asked for its checks."""
    errors = {}
    with CaptureQueriesContext(connection) as seen:
        try:
            session.validate_constraints(**how)
        except ValidationError as error:
            errors = error.message_dict
    return errors, sum("_check" in query["sql"] for query in seen.captured_queries)


def one_by_one(session, **how):
    """Return what Django says that asks for each check by itself."""
    with mock.patch.object(Session, "_checks_that_hold", return_value=()):
        return asked(session, **how)


def test_checks_when_all_hold_then_are_asked_for_once():
    session = SessionFactory()
    assert asked(session) == ({}, 1)
    assert one_by_one(session)[1] > 10


@pytest.mark.parametrize("how", [{}, {"exclude": {"ends_at"}}, {"exclude": {"capacity", "ends_at"}}])
def test_checks_when_some_are_broken_then_each_is_told_but_those_of_what_is_left_out(how):
    session = SessionFactory()
    session.ends_at = session.starts_at - timedelta(hours=1)
    session.state = "cancelled"
    session.capacity, session.places_taken = 1, 2

    refused, _ = asked(session, **how)

    assert refused == one_by_one(session, **how)[0]
    assert len(refused["__all__"]) > 1 or how
    assert asked(session, **how)[0] == refused


def test_checks_when_what_is_broken_is_left_out_then_the_others_are_asked_for_once():
    session = SessionFactory()
    session.ends_at = session.starts_at - timedelta(hours=1)
    assert asked(session, exclude={"ends_at"}) == ({}, 1)
