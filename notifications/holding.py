"""Holding the outbox and letting it go: after a restore nothing is sent until somebody has looked.

A restored database believes that whatever its original sent since the backup has still to go. It is recognised by
itself: the row of the outbox's state names the database that has sent from it, and a copy is another one.
"""

import logging
from datetime import datetime
from typing import Final

from django.db import connection, transaction
from django.db.models import Exists

from notifications.models import Message, OutboxState
from notifications.models.state import ONLY
from people.models import User

logger = logging.getLogger(__name__)

RESTORED: Final = "This database is a restored copy: what is due may have been sent before."
SET_ASIDE: Final = "Due before the outbox was held, and perhaps sent then."
# The server, the database in it, and the table: a restore makes the table anew, on whichever server it is.
MAY_ASK_SERVER: Final = "SELECT has_function_privilege('pg_control_system()', 'EXECUTE')"
SERVER: Final = "SELECT system_identifier::text FROM pg_control_system()"
TABLE: Final = """
    SELECT oid || '/' || 'notifications_message'::regclass::oid FROM pg_database WHERE datname = current_database()
"""


def state() -> OutboxState:
    """Return whether the outbox is held; as long as nothing was ever written of it, it is not."""
    return OutboxState.objects.select_related("held_by", "released_by").filter(pk=ONLY).first() or OutboxState()


def is_held() -> Exists:
    """Return the condition that the outbox is held, for statements that must not act then."""
    return Exists(OutboxState.objects.filter(held_at__isnull=False))


def hold(*, reason: str, by: User | None, at: datetime) -> bool:
    """Send nothing from now on but what a worker has in hand; False when it is held already, which stays as it is."""
    OutboxState.objects.bulk_create([OutboxState()], ignore_conflicts=True)
    free = OutboxState.objects.filter(held_at__isnull=True)
    held = free.update(held_at=at, held_by=by, reason=reason[:200])
    if held:
        logger.warning("the outbox is held: %s", reason)
    return bool(held)


def release(*, by: User | None, at: datetime, set_aside: bool) -> int | None:
    """Let the outbox send again; return how many messages were set aside first, None when it was not held.

    ``set_aside`` is for a restored database: what was due when the outbox was held becomes "perhaps sent", where
    each can be sent again one by one. What fell due or was written since then goes by itself.
    """
    with transaction.atomic():
        held = OutboxState.objects.select_for_update().filter(held_at__isnull=False).first()
        if held is None:
            return None
        due = Message.objects.filter(status=Message.Status.PENDING, due_at__lte=held.held_at)
        count = due.update(status=Message.Status.UNKNOWN, error=SET_ASIDE) if set_aside else 0
        held.held_at, held.held_by, held.reason, held.released_at, held.released_by = None, None, "", at, by
        held.save()
    logger.warning("the outbox is released, messages set aside: %s", count)
    return count


def hold_if_restored(*, at: datetime) -> None:
    """Hold the outbox if it has sent from another database than this; SQLite's copies cannot be told apart."""
    if connection.vendor != "postgresql":
        return
    home, known = home_of_this_database(), state()
    if known.home == home:
        return
    with transaction.atomic():
        if known.home:
            hold(reason=RESTORED, by=None, at=at)
        OutboxState.objects.bulk_create([OutboxState()], ignore_conflicts=True)
        OutboxState.objects.filter(home=known.home).update(home=home)


def home_of_this_database() -> str:
    """Return what names this PostgreSQL database; a server that does not tell who it is goes without its name."""
    with connection.cursor() as cursor:
        cursor.execute(MAY_ASK_SERVER)
        (may_ask,) = cursor.fetchone()
        cursor.execute(SERVER if may_ask else "SELECT 'unnamed'")
        (server,) = cursor.fetchone()
        cursor.execute(TABLE)
        (table,) = cursor.fetchone()
    return f"{server}/{table}"
