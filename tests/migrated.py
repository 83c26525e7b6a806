"""A migrated SQLite database, made once and copied from then on: migrating takes longer than most files of tests.

What is copied is named by a digest of every migration and of the locked dependencies, so that a change of either
migrates anew.
"""

import fcntl
import hashlib
import sqlite3
from contextlib import closing, contextmanager
from pathlib import Path
from unittest import mock

from django.core import management
from django.core.management.sql import emit_post_migrate_signal
from django.db import connections
from django.db.backends.base.creation import BaseDatabaseCreation

ROOT = Path(__file__).parents[1]


def digest_of_migrations():
    """Name what a migrated database depends on."""
    read = hashlib.sha256()
    files = [*ROOT.glob("*/migrations/*.py"), ROOT / "events/models/overlap.py", ROOT / "uv.lock"]
    for path in sorted(files):
        read.update(f"{path.relative_to(ROOT)} ".encode() + path.read_bytes())
    return read.hexdigest()[:16]


@contextmanager
def one_at_a_time(path):
    """Let one process in, others after it."""
    with path.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def copy_for(folder, call_command):
    """Return what Django calls to migrate a test database: on SQLite it copies the one that was migrated before."""

    def called(name, *args, **options):
        connection = connections[options["database"]]
        if name != "migrate" or connection.vendor != "sqlite":
            return call_command(name, *args, **options)
        kept = folder / f"{digest_of_migrations()}.sqlite3"
        with one_at_a_time(folder / "lock"):
            if not kept.exists():
                call_command(name, *args, **options)
                written = kept.with_suffix(".new")
                with closing(sqlite3.connect(written)) as copy:
                    connection.connection.backup(copy)
                written.rename(kept)
                return None
        connection.ensure_connection()
        with closing(sqlite3.connect(kept)) as copy:
            copy.backup(connection.connection)
        emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)
        return None

    return called


def use_copies(folder):
    """Make every test database of this process from a copy in a folder, where there is one."""
    create = BaseDatabaseCreation.create_test_db

    def create_test_db(self, *args, **options):
        with mock.patch.object(management, "call_command", copy_for(folder, management.call_command)):
            return create(self, *args, **options)

    BaseDatabaseCreation.create_test_db = create_test_db
