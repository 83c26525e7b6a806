"""The rows the benchmarks run on: the sample weeks, people with tokens, and sessions with ample places.

Run as a process of its own with the settings of the server to be measured; prints what was made as JSON.
"""

import contextlib
import json
import secrets
import sys
from datetime import timedelta
from typing import Any

import django

PEOPLE = 1500
SPREAD = 30
AMPLE = 1_000_000


def make(hot_sessions: int) -> dict[str, Any]:
    """Fill an empty database and return the tokens, the sessions' ids and the week's address."""
    from django.core.management import call_command  # noqa: PLC0415 - after setup
    from django.utils import timezone  # noqa: PLC0415

    from config.sample import load_sample  # noqa: PLC0415
    from events.models import PracticeWeek, Session  # noqa: PLC0415

    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    at = timezone.now()
    load_sample(at=at)
    week = PracticeWeek.objects.public().filter(starts_on__gt=at).order_by("starts_on").first()
    pattern = Session.objects.filter(week=week, format=Session.Format.ONLINE).first()
    if week is None or pattern is None:
        raise SystemExit("The sample holds no coming week with an online session.")
    ids = [_ample(pattern, f"bench-{n}", at=at + timedelta(days=200 + n)) for n in range(SPREAD + hot_sessions)]
    return {
        "tokens": _tokens(),
        "spread": ids[:SPREAD],
        "hot": ids[SPREAD:],
        "week": week.get_absolute_url(),
    }


def _ample(pattern: Any, code: str, *, at: Any) -> int:
    """Add a session of another week with more places than anybody will take; return its id."""
    import uuid  # noqa: PLC0415

    from events.models import PracticeWeek, Session, SessionTopic  # noqa: PLC0415

    monday = at.date() - timedelta(days=at.weekday())
    week, _ = PracticeWeek.objects.get_or_create(
        slug="bench", defaults={"title": "Ample places", "starts_on": monday, "state": "published"}
    )
    topic, _ = SessionTopic.objects.get_or_create(
        week=week, slug="bench", defaults={"title": "Ample places", "one_sitting": False}
    )
    return Session.objects.create(
        week=week,
        topic=topic,
        code=code,
        title=pattern.title,
        format=Session.Format.ONLINE,
        starts_at=at,
        ends_at=at + timedelta(hours=1),
        capacity=AMPLE,
        state=Session.State.PUBLISHED,
        uid=uuid.uuid4(),
    ).pk


def _tokens() -> list[str]:
    """Make people of an organisation, each with a token that may write; return the tokens."""
    from people.models import ApiToken, Organisation, User  # noqa: PLC0415
    from people.models.access import digest  # noqa: PLC0415

    organisation = Organisation.objects.create(slug="bench", name="Bench School")
    people = User.objects.bulk_create(
        User(
            email=f"bench{n}@example.org",
            address_key=f"bench{n}@example.org",
            name=f"Person {n}",
            organisation=organisation,
            organisation_name=organisation.name,
            job_role="Teacher",
        )
        for n in range(PEOPLE)
    )
    tokens = [secrets.token_urlsafe(32) for _ in people]
    ApiToken.objects.bulk_create(
        ApiToken(user=person, digest=digest(token)) for person, token in zip(people, tokens, strict=True)
    )
    return tokens


if __name__ == "__main__":
    django.setup()
    with contextlib.redirect_stdout(sys.stderr):  # what loading has to say is not the answer
        made = make(int(sys.argv[1]))
    json.dump(made, sys.stdout)
