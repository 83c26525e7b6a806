"""Everybody at once, over HTTP: no place is given twice, nobody is booked twice, the queue is in order, no error.

On PostgreSQL 160 people (by night 1,200) bid twice at once for a quarter as many places through 32 clients; on SQLite,
which one process of four threads serves, 80 people (240) through 16. The control, without the guard, must oversell.
"""

import json
import os
from collections import Counter

import psycopg
import pytest

from tests import services
from tests.faults.at_once import database_url
from tests.faults.desks import DeskSite, rush

pytestmark = pytest.mark.faults


@pytest.fixture
def postgres_url():
    """A database for this test alone, on the server that the tests use."""
    server, _, _ = database_url().rpartition("/")
    name = f"rush_{os.getpid()}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        try:
            yield f"{server}/{name}"
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def rush_the_desk(site, people, places, clients):
    """Fill, serve, rush; return what was told, and what the rows say."""
    made = json.loads(site.run("-m", "tests.faults.desks", "fill", str(people), str(places)))
    site.serve()
    try:
        told = rush(site.port, made["session"], made["tokens"], clients=clients)
    finally:
        site.stop()
    return made, told, json.loads(site.run("-m", "tests.faults.desks", "read"))


def check(made, told, rows, *, people, places):
    """Every answer is explained by the rows, and the rows are right."""
    statuses = Counter(status for _, status, _ in told)
    assert statuses == {201: people, 409: people}
    booked = {practitioner: (pk, status, queue) for pk, practitioner, _, status, queue in rows["bookings"]}
    assert len(rows["bookings"]) == len(booked) == people
    assert Counter(status for _, status, _ in booked.values()) == {"confirmed": places, "waitlisted": people - places}
    assert sorted(q for _, _, q in booked.values() if q) == list(range(1, people - places + 1))
    for number, status, answer in told:
        pk, state, _ = booked[made["people"][number]]
        if status == 201:
            assert (answer["id"], answer["status"]) == (pk, state)
        else:
            assert (answer["code"], answer["booking"]["id"]) == ("already_booked", pk)
    assert rows["counters"] == [[made["session"], places, places, people - places]]
    assert rows["faults"] == []


@pytest.mark.postgres
@pytest.mark.django_db
def test_everybody_bids_twice_at_once_then_a_quarter_are_booked_and_the_others_wait_in_order(tmp_path, postgres_url):
    people = services.size(160, night=1200)
    places = people // 4

    site = DeskSite(tmp_path, postgres_url)
    made, told, rows = rush_the_desk(site, people, places, clients=32)

    check(made, told, rows, people=people, places=places)
    assert "Traceback" not in site.log()


@pytest.mark.postgres
@pytest.mark.django_db
def test_control_without_the_guard_the_same_rush_oversells(tmp_path, postgres_url):
    site = DeskSite(tmp_path, postgres_url, application="tests.faults.unguarded_wsgi")
    site.run("-m", "tests.faults.desks", "unguard")

    _, _, rows = rush_the_desk(site, 120, 30, clients=32)

    assert Counter(status for *_, status, _ in rows["bookings"])["confirmed"] > 30
    assert [fault for fault in rows["faults"] if "places are taken of 30" in fault]


def test_on_sqlite_16_clients_then_the_same_holds_and_nothing_is_locked(tmp_path):
    people = services.size(80, night=240)
    places = people // 4

    site = DeskSite(tmp_path, f"sqlite:///{tmp_path / 'desk.sqlite3'}")
    made, told, rows = rush_the_desk(site, people, places, clients=16)

    check(made, told, rows, people=people, places=places)
    assert "database is locked" not in site.log()
