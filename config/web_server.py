"""How gunicorn serves the site: used by `manage.py up`, the container and the benchmarks alike.

SQLite is served by one process of four threads, because its one writer gains nothing from more. PostgreSQL
is served by WEB_WORKERS processes of eight threads; more clients at once would only wait for the same rows.
"""

import gc
import os
from typing import Any, Final

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
os.environ.setdefault("DATABASE_POOL", "true")

from django.conf import settings
from gunicorn.glogging import Logger

from config.logs import WithoutTokens

_on_sqlite: Final = settings.DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"

worker_class = "gthread"
workers = 1 if _on_sqlite else settings.WEB_WORKERS
threads = 4 if _on_sqlite else 8
keepalive = 15
timeout = 30
graceful_timeout = settings.GRACEFUL_SECONDS
control_socket_disable = True
accesslog = None  # a proxy in front writes one


class PlainLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's log, which names the address of a request that fails, without what opens somebody's pages."""

    def setup(self, cfg: Any) -> None:
        """Set the log up, and take tokens out of all its lines."""
        super().setup(cfg)
        for handler in (*self.error_log.handlers, *self.access_log.handlers):
            handler.addFilter(WithoutTokens())


logger_class = PlainLogger


def post_worker_init(worker: object) -> None:  # noqa: ARG001 - gunicorn passes it
    """Keep what was loaded at the start out of every later garbage collection, and collect less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
