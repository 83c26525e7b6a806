"""Whatever JSON a program sends, the answer is the thing done or a named fault."""

import json

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api_client import Api, Browser, code_of, organiser_of
from tests.factories import NOW, PartnershipFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db

NAMES = [
    "session", "practitioner", "join_waiting_list", "email", "name", "organisation", "job_role", "reason", "scope",
    "week", "partnerships", "title", "format", "starts_at", "ends_at", "capacity", "venue", "themes", "topic", "code",
]  # fmt: skip
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=30)
    | st.sampled_from(
        ["hampshire", "2027-06-learning-from-reviews", "online", "2027-06-23T09:30:00Z", "9999-12-31T23:59:59-23:59"]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=9), inner),
    max_leaves=12,
)
BODIES = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=8) | VALUES


@pytest.fixture
def session():
    with time_machine.travel(NOW, tick=False):
        yield SessionFactory(capacity=None)


@pytest.fixture
def organiser(session):
    return Api(organiser_of(PartnershipFactory(), UserFactory()))


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "bookings/"), ("POST", "sessions/"), ("POST", "tokens/"), ("PATCH", "sessions/{}/")]
    + [("POST", f"sessions/{{}}/{verb}/") for verb in ("publish", "reschedule", "cancel")],
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=BODIES)
def test_any_body_then_done_or_a_named_fault(organiser, session, method, path, body):
    sender = Browser(organiser.user) if path == "tokens/" else organiser

    answer = sender.send(method, path.format(session.pk), json.dumps(body))

    if answer.status_code not in {200, 201}:
        assert code_of(answer)[0] in {400, 403, 409}
