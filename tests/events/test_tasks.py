"""What the worker runs of the programme, and how often the scheduler asks for it."""

from datetime import timedelta

import pytest
import time_machine

from config.celery import app, timetable
from events import actions, tasks
from events.models import PlannedChange, Session
from tests.factories import NOW, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_the_worker_carries_out_what_is_due_and_leaves_the_rest(caplog):
    caplog.set_level("INFO")
    for minutes in (0, 10):
        actions.plan_change(
            SessionFactory().pk,
            kind=PlannedChange.Kind.REVISE,
            actor=UserFactory(),
            at=NOW,
            pause=timedelta(minutes=minutes),
            changes={"title": "Another title"},
        )
    with time_machine.travel(NOW, tick=False):
        tasks.carry_out_due()
        tasks.carry_out_due()
    assert sorted(PlannedChange.objects.values_list("state", flat=True)) == ["done", "waiting"]
    assert Session.objects.filter(title="Another title").count() == 1
    assert [record.message for record in caplog.records if record.name == "events.tasks"] == [
        "planned changes carried out or refused: 1"
    ]


def test_the_scheduler_asks_for_due_changes_with_every_sweep():
    entry = timetable(7)["carry out what is due"]
    assert (entry["schedule"], entry["options"]) == (7, {"expires": 7})
    assert entry["task"] in app.tasks
