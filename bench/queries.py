"""How many queries one request of each kind costs, counted inside a process with the settings of the server.

Reads the scenarios' requests as JSON from standard input; prints the counts as JSON. Beginning and ending a
transaction and its savepoints are counted apart.
"""

import json
import sys
from typing import Any

import django

CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


def count(scenario: dict[str, Any]) -> dict[str, Any]:
    """Ask once to warm up, then once more while counting; the second time with the next of the bodies, if any."""
    from django.db import connection  # noqa: PLC0415 - after setup
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    client = Client(headers={"host": "localhost", **scenario.get("headers", {})})
    answer, etag = client.get("/health/live"), ""
    for body in scenario.get("bodies", ["", ""]):
        with CaptureQueriesContext(connection) as seen:
            answer = client.generic(
                scenario["method"],
                scenario["path"],
                json.dumps(body) if body else "",
                content_type="application/json",
                headers={"if-none-match": etag} if etag else {},
            )
        etag = answer.headers.get("ETag", "") if scenario.get("revalidate") else ""
    sql = [query["sql"] for query in seen.captured_queries]
    queries = [statement for statement in sql if not statement.startswith(CONTROL)]
    return {
        "status": answer.status_code,
        "queries": len(queries),
        "control": len(sql) - len(queries),
    }


if __name__ == "__main__":
    django.setup()
    json.dump({name: count(scenario) for name, scenario in json.load(sys.stdin).items()}, sys.stdout)
