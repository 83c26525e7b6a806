"""Reports of what people answered, and of what a crowd leaves behind, agree with a plain recount."""

from collections import Counter, defaultdict
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest

from bookings.models import AccessNeed, Certificate, Charge, EvaluationAnswer, EvaluationResponse
from bookings.reports import REPORTS, Asked
from bookings.reports.feedback import MEANS, feedback
from bookings.reports.impact import impact
from bookings.reports.sessions import delivery
from events.models import SessionTrainer
from people.models import Organisation
from tests.bookings.crowds import own, recount
from tests.factories import NOW

__all__ = ["own", "recount"]
pytestmark = pytest.mark.django_db
SCALES = ("knowledge", "skills", "confidence", "relevance", "recommend")


def rounded(numbers):
    """Return the mean with one decimal; hidden of fewer than five, None of nothing."""
    if not numbers:
        return None
    if len(numbers) < 5:
        return "hidden"
    return (Decimal(sum(numbers)) / len(numbers)).quantize(Decimal("0.1"), ROUND_HALF_UP)


def of_all(several):
    """Return the mean of those numbers that are of five or more people."""
    together = [number for numbers in several if len(numbers) >= 5 for number in numbers]
    return rounded(together)


@pytest.fixture
def said(recount):
    """What was answered on scales: by session, measure and part, a number for each person."""
    threads = defaultdict(dict)
    for one in EvaluationAnswer.objects.exclude(value=None).select_related("response"):
        threads[one.response.session_id, one.response.thread, one.measure][one.response.stage] = one.value
    found = defaultdict(list)
    for (session, _, measure), by_stage in threads.items():
        if "pre" in by_stage:
            found[session, measure, "before"].append(by_stage["pre"])
        if "post" in by_stage:
            found[session, measure, "after"].append(by_stage["post"])
        if len(by_stage) == 2:
            found[session, measure, "change"].append(by_stage["post"] - by_stage["pre"])
    return found


def held_of(recount):
    return sorted(recount.held.values(), key=lambda one: (one.starts_at, one.code))


def came_of(recount):
    """Return by session who came."""
    found = defaultdict(list)
    for one in recount.bookings:
        if one.status == "confirmed" and recount.marks.get(one.pk) in {"present", "late", "left_early"}:
            found[one.session_id].append(one)
    return found


def given_of(recount):
    """Return by session how many answered afterwards."""
    sessions = [one.session_id for one in EvaluationResponse.objects.filter(stage="post")]
    assert not set(sessions) <= recount.held.keys()  # some are of sessions that have not begun
    return Counter(session for session in sessions if session in recount.held)


def share(part, whole):
    return (Decimal(part) * 100 / whole).quantize(Decimal("0.1"), ROUND_HALF_UP) if whole else None


def test_feedback_then_agrees_with_a_recount(recount, own, said):
    given = given_of(recount)
    texts = Counter(one.response.session_id for one in EvaluationAnswer.objects.select_related("response") if one.text)
    came = came_of(recount)

    table = feedback(Asked(own, NOW))

    held = held_of(recount)
    for session, row in zip(held, table.rows, strict=True):
        number = given[session.pk]
        counts = (number, len(came[session.pk]), texts[session.pk])
        assert (row["responses"], row["came"], row["comments"]) == counts
        assert row["rate"] == share(number, len(came[session.pk]))
        means = {name: rounded(said[session.pk, measure, part]) for name, (measure, part) in MEANS.items()}
        assert {name: row[name] for name in MEANS} == means
    total = {name: of_all(said[one.pk, measure, part] for one in held) for name, (measure, part) in MEANS.items()}
    assert {name: table.total[name] for name in MEANS} == total
    assert table.total["responses"] == sum(given.values()) > 1000
    assert table.total["comments"] == sum(texts[one.pk] for one in held) > 100
    values = [row[name] for row in table.rows for name in MEANS]
    assert "hidden" in values
    assert len({type(one) for one in values}) == 3  # numbers, hidden, and nothing where it was not asked


def test_feedback_of_one_partnership_then_its_sessions_alone(recount, own):
    mine = [one for one in held_of(recount) if own[1].pk in recount.hosts[one.pk]]

    rows = feedback(Asked([own[1]], NOW)).rows

    assert [row["session"] for row in rows] == [one.title for one in mine]
    assert 0 < len(mine) < len(recount.held)


def test_sessions_then_response_rate_and_mean_score_agree_with_a_recount(recount, own, said):
    given = given_of(recount)
    came = came_of(recount)

    table = delivery(Asked(own, NOW))

    rates, scores = [], []
    for session in held_of(recount):
        numbers = [number for measure in SCALES for number in said[session.pk, measure, "after"]]
        people = len(said[session.pk, "knowledge", "after"])  # which everybody must answer
        rates.append(share(given[session.pk], len(came[session.pk])))
        scores.append("hidden" if 0 < people < 5 else rounded(numbers))
    assert [row["response_rate"] for row in table.rows] == rates
    assert [row["score"] for row in table.rows] == scores
    assert table.total["response_rate"] == share(sum(given.values()), sum(map(len, came.values())))


def test_sessions_when_only_some_people_are_asked_about_then_nothing_of_their_answers(recount, own):
    organisation = Organisation.objects.get(slug="organisation-0")

    table = delivery(Asked(own, NOW, organisation=organisation))

    names = [column.name for column in table.columns]
    assert names[-1] == "waiting"
    assert table.total["attended"] > 100
    assert not {"score", "response_rate"} & {*table.total, *table.rows[0]}


@pytest.fixture
def chosen(recount):
    """By session: how many were asked and answered, and how often each answer was chosen."""
    found = defaultdict(Counter)
    for session, people in came_of(recount).items():
        for one in people:
            weeks = one.policy.get("questions_impact_weeks", 8)
            found[session]["asked"] += recount.held[session].ends_at + timedelta(weeks=weeks) <= NOW
    for one in EvaluationResponse.objects.filter(stage="impact"):
        found[one.session_id]["answered"] += 1
    for one in EvaluationAnswer.objects.exclude(choice="").select_related("response"):
        found[one.response.session_id][f"{one.measure}_{one.choice}"] += 1
    return found


def test_impact_by_session_then_agrees_with_a_recount(recount, own, chosen):
    table = impact(Asked(own, NOW, "session"))

    names = {column.name for column in table.columns}
    assert {"applied_partly", "example_supervision", "manager_yes", "barrier_workload", "example_court"} <= names
    for session, row in zip(held_of(recount), table.rows, strict=True):
        assert row["group"] == session.title
        assert Counter({n: v for n, v in row.items() if isinstance(v, int) and v}) == +chosen[session.pk]
        assert set(+chosen[session.pk]) <= names
        assert row["rate"] == share(chosen[session.pk]["answered"], chosen[session.pk]["asked"])
    assert 0 < table.total["example_court"] < table.total["example_tool"]
    assert table.total["asked"] == sum(one["asked"] for one in chosen.values()) > table.total["answered"] > 100
    assert 0 < sum(row["asked"] == 0 for row in table.rows) < len(table.rows)


def test_impact_by_topic_then_a_session_of_two_is_in_both_and_once_in_the_total(recount, own, chosen):
    parted = defaultdict(Counter)
    for session in recount.held.values():
        for name in [theme.name for theme in session.topic.themes.all()] or ["Not known"]:
            parted[name].update(chosen[session.pk])

    table = impact(Asked(own, NOW, "theme"))

    assert {row["group"]: row["answered"] for row in table.rows} == {n: one["answered"] for n, one in parted.items()}
    assert {row["group"]: row["applied_no"] for row in table.rows} == {
        n: one["applied_no"] for n, one in parted.items()
    }
    assert sum(row["answered"] for row in table.rows) > table.total["answered"]
    assert table.total["answered"] == sum(one["answered"] for one in chosen.values())


def test_impact_as_it_is_shown_then_no_number_from_one_to_four(recount, own):
    plain, shown = impact(Asked(own, NOW, "session")), REPORTS["impact"].table(Asked(own, NOW, "session"))
    counts = [column.name for column in shown.columns if column.kind == "count"]

    assert any(row[name] in range(1, 5) for row in plain.rows for name in counts)
    assert not any(row[name] in range(1, 5) for row in shown.rows for name in counts)


def test_trainers_then_agree_with_a_recount(recount, own):
    parts = [one for one in SessionTrainer.objects.select_related("trainer") if one.session_id in recount.held]

    table = REPORTS["trainers"].table(Asked(own, NOW))

    wanted = defaultdict(Decimal)
    for one in parts:
        name = one.trainer.organisation_name or "Not known"
        wanted[name] += Decimal((one.ends_at - one.starts_at).seconds) / 3600
    assert {row["group"]: row["hours"] for row in table.rows} == wanted
    assert table.total["sessions"] == len({one.session_id for one in parts}) < len(parts)
    assert len(wanted) == 3


def test_charges_and_needs_then_agree_with_a_recount(recount, own):
    asked = Asked(own, NOW)

    charges, needs = list(REPORTS["charged"].table(asked).rows), REPORTS["needs"].table(asked).rows

    rows = list(Charge.objects.all())
    assert sum(row["charge"] for row in charges) == Decimal(sum(one.pence for one in rows)) / 100
    assert sum(row["waiver"] != "" for row in charges) == sum(one.waived_at is not None for one in rows) > 50
    coming = list(AccessNeed.objects.select_related("booking__session"))
    assert sum(row["needs"] for row in needs) == len(coming) > 100
    assert sum(row["done"] for row in needs) == sum(one.done_at is not None for one in coming) > 30


def test_evidence_then_the_code_of_the_certificate_that_holds(recount, own):
    holding = Certificate.objects.filter(revoked_at=None).select_related("booking")
    codes = sorted(one.code for one in holding if one.booking.session_id in recount.held)

    rows = list(REPORTS["evidence"].table(Asked(own, NOW)).rows)

    assert sorted(row["certificate"].replace("-", "") for row in rows if row["certificate"]) == codes
    assert Certificate.objects.exclude(revoked_at=None).count() > 50
    assert 500 < len(codes) < len(rows)
