"""How gunicorn serves the site: used by `manage.py up`, the container and the benchmarks alike.

SQLite is served by one process of four threads, because its one writer gains nothing from more. PostgreSQL
is served by WEB_WORKERS processes of eight threads; more clients at once would only wait for the same rows.
"""

import gc
import os
from typing import Final

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
os.environ.setdefault("DATABASE_POOL", "true")

from django.conf import settings

_on_sqlite: Final = settings.DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"

worker_class = "gthread"
workers = 1 if _on_sqlite else settings.WEB_WORKERS
threads = 4 if _on_sqlite else 8
keepalive = 15
timeout = 30
graceful_timeout = settings.GRACEFUL_SECONDS
control_socket_disable = True
accesslog = None  # addresses of private calendars and joining links would stand in it


def post_worker_init(worker: object) -> None:  # noqa: ARG001 - gunicorn passes it
    """Keep what was loaded at the start out of every later garbage collection, and collect less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
