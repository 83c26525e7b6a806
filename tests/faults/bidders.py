"""People in processes of their own, who all bid for a session in the same instant."""

import multiprocessing
import os
from multiprocessing.synchronize import Barrier
from urllib.parse import quote

from django.db import connection


def database_url() -> str:
    """Return the address of the database the tests are using."""
    s = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{s['NAME']}"
    host = quote(s["HOST"] or "127.0.0.1", safe="")
    return f"postgres://{s['USER']}:{s['PASSWORD']}@{host}:{s['PORT'] or 5432}/{s['NAME']}"


def bid_at_once(session_id: int, people: list[int], *, guarded: bool = True) -> list[str]:
    """Let each person, in a process of their own, see the session free and then book it; return what each was told."""
    spawn = multiprocessing.get_context("spawn")
    before = {name: os.environ.get(name) for name in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")}
    os.environ |= {"DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    try:
        barrier, answers = spawn.Barrier(len(people)), spawn.Queue()
        bidders = [spawn.Process(target=_bid, args=(session_id, p, guarded, barrier, answers)) for p in people]
        for bidder in bidders:
            bidder.start()
        told = [answers.get(timeout=60) for _ in bidders]
        for bidder in bidders:
            bidder.join(timeout=30)
    finally:
        for name, value in before.items():
            os.environ.pop(name, None) if value is None else os.environ.update({name: value})
    return told


def _bid(session_id: int, person_id: int, guarded: bool, barrier: Barrier, answers) -> None:
    import django  # noqa: PLC0415 - a new process sets Django up first

    django.setup()
    from django.db.models import Q  # noqa: PLC0415

    from bookings import actions  # noqa: PLC0415
    from bookings.actions import booking  # noqa: PLC0415
    from events.models import Session  # noqa: PLC0415
    from people.models import User  # noqa: PLC0415
    from tests.factories.instants import NOW  # noqa: PLC0415

    if not guarded:
        booking.PLACE_IS_FREE = Q(pk__gt=0)
    session, person = Session.objects.get(pk=session_id), User.objects.get(pk=person_id)
    barrier.wait(timeout=60)
    try:
        answers.put(actions.book(session, practitioner=person, at=NOW).status)
    except Exception as error:
        answers.put(type(error).__name__)
