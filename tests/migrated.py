"""A migrated database, made once and copied from then on: migrating takes longer than most files of tests.

SQLite's is a file, PostgreSQL's a template database on the same server. Both are named by a digest of every migration
and of the locked dependencies, so that a change of either migrates anew.
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
TEMPLATES = "practice_weeks_migrated_"


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
        if name != "migrate":
            return call_command(name, *args, **options)
        connection = connections[options["database"]]
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


def unless_migrated(call_command):
    """Return what Django calls to migrate a copy of a template: all but the migrations."""

    def called(name, *args, **options):
        return None if name == "migrate" else call_command(name, *args, **options)

    return called


@contextmanager
def templates(connection):
    """Let one process of a PostgreSQL server in at a time; give a cursor, and the templates that are there."""
    with connection._nodb_cursor() as cursor:
        cursor.execute("SET statement_timeout = 0; SET lock_timeout = 0")  # others may be migrating
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [TEMPLATES])
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [TEMPLATES])
        yield cursor, {name for (name,) in cursor.fetchall()}


def from_template(creation, create, *args, **options):
    """Create a test database from the server's template, or by migrating where there is none, and keep it as one.

    Templates of other migrations are dropped: they would pile up on the server.
    """
    connection, name = creation.connection, f"{TEMPLATES}{digest_of_migrations()}"
    with templates(connection) as (cursor, found):
        if name not in found:
            migrated = create(creation, *args, **options)
            connection.close()
            for other in found:
                cursor.execute(f'DROP DATABASE "{other}"')
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{migrated}"')
            return migrated
        with (
            mock.patch.dict(connection.settings_dict["TEST"], TEMPLATE=name),
            mock.patch.object(management, "call_command", unless_migrated(management.call_command)),
        ):
            return create(creation, *args, **options)


def use_copies(folder):
    """Make every test database of this process from a migrated one, where there is one."""
    create = BaseDatabaseCreation.create_test_db

    def create_test_db(self, *args, **options):
        if self.connection.vendor == "postgresql":
            return from_template(self, create, *args, **options)
        with mock.patch.object(management, "call_command", copy_for(folder, management.call_command)):
            return create(self, *args, **options)

    BaseDatabaseCreation.create_test_db = create_test_db
