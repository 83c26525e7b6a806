"""One trainer, many sessions at one time, real processes: on SQLite the check under the write lock is all there is."""

from collections import Counter

import pytest
from django.db import connection

from tests.factories import SessionFactory, TrainerFactory
from tests.faults.at_once import database_url
from tests.faults.namers import name_at_once

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
NAMERS = 4


@pytest.fixture
def url(tmp_path):
    """The database of this run for other processes; SQLite's, which lives in memory, once it is filled."""

    def url():
        if connection.vendor != "sqlite":
            return database_url()
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(tmp_path / "site.sqlite3")])
        return f"sqlite:///{tmp_path / 'site.sqlite3'}"

    return url


def test_trainer_when_named_for_sessions_at_one_time_by_many_then_one_has_them_and_the_others_hear_why(url):
    trainer, sessions = TrainerFactory(), [SessionFactory().pk for _ in range(NAMERS)]

    told = name_at_once(url(), sessions, trainer.pk)

    assert Counter(told) == {"named": 1, "ValidationError": NAMERS - 1}


def test_control_without_the_check_sqlite_lets_all_of_them_and_postgresql_none_but_one(url):
    trainer, sessions = TrainerFactory(), [SessionFactory().pk for _ in range(NAMERS)]

    told = name_at_once(url(), sessions, trainer.pk, guarded=False)

    on_sqlite = connection.vendor == "sqlite"
    assert Counter(told) == ({"named": NAMERS} if on_sqlite else {"named": 1, "Busy": NAMERS - 1})
