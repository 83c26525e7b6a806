"""Reports of every layout say the same of the same people; what cannot be right is refused in words."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bookings.attendance_files import Candidate, UnreadableReport, match, read_report
from bookings.attendance_files.times import duration_of, moment_of, order_of
from tests.bookings.attendance_files.samples import ALL, TEAMS, ZOOM, teams_report
from tests.factories import START

LONDON = ZoneInfo("Europe/London")
END = START + timedelta(minutes=90)
PEOPLE = [
    Candidate(1, "Pat Sample", ("pat@example.org",)),
    Candidate(2, "Lou Sample", ("lou@example.org",)),
    Candidate(3, "Jo Doe", ("jo@example.org",)),
]
ANOTHER = (
    "This report is of another meeting: people were there from 21 June 2027, 09:30 on, and the session is on "
    "22 June 2027, 09:30."
)
SESSION = {"starts_at": START, "ends_at": END}


def read(text, encoding="utf-8", **values):
    content = text.encode(encoding) if isinstance(text, str) else text
    return read_report(content, **{**SESSION, "zone": LONDON, **values})


def minutes_of(text, encoding="utf-8", people=PEOPLE):
    found, others = match(read(text, encoding), people, **SESSION)
    return {pk: person.minutes for pk, person in found.items()}, [(one.name, one.minutes) for one in others]


@pytest.mark.parametrize("layout", ALL)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_report_of_any_layout_and_encoding_then_the_same_people_and_minutes(layout, encoding):
    assert minutes_of(ALL[layout], encoding) == ({1: 90, 2: 60, 3: 30}, [])


def test_minutes_then_are_those_of_the_session_each_once_over_gaps_and_devices():
    stays = [(-30, 10), (5, 20), (40, 50), (45, 200)]
    report = teams_report([("Pat Sample", "pat@example.org", stays), ("Pat Sample (Guest)", "", [(0, 30)])])

    assert minutes_of(report) == ({1: 80}, [])


def test_people_who_are_nobody_on_the_register_then_listed_once_each():
    report = teams_report(
        [("Vi", "vi@example.org", [(0, 10), (20, 40)]), ("Anon", "", [(0, 5)]), ("Pat Sample", "", [(0, 90)])]
    )

    assert minutes_of(report) == ({1: 90}, [("Anon", 5), ("Vi", 30)])


def test_name_that_two_have_then_matched_to_neither_and_by_address_to_the_right_one():
    twins = [Candidate(1, "Pat Sample", ("pat@example.org",)), Candidate(2, "PAT  SAMPLE", ("p@example.org",))]
    report = teams_report([("Pat Sample", "", [(0, 10)]), ("Someone", "P+tag@example.org", [(0, 20)])])

    assert minutes_of(report, people=twins) == ({2: 20}, [("Pat Sample", 10)])


@pytest.mark.parametrize(
    "written",
    [
        "Siân Ŵyn O'Brien",
        "sian wyn o'brien",
        "O'Brien, Siân Ŵyn",
        "Siân Ŵyn O'Brien [External]",
        "S (Sian Wyn O'Brien)",
    ],
)
def test_name_in_other_letters_or_order_then_is_the_same(written):
    people = [Candidate(7, "Siân Ŵyn O'Brien", ())]

    assert minutes_of(teams_report([(written, "", [(0, 90)])]), "utf-16", people=people)[0] == {7: 90}


def faults_of(content, **values):
    with pytest.raises(UnreadableReport) as refused:
        read(content, **values)
    return list(refused.value.sentences)


def test_lines_that_cannot_be_right_then_every_one_is_named():
    report = TEAMS.replace("9:50:00 AM\t6/22/27, 10:20", "9:50:00 AM\t6/22/27, 9:20").replace("1h 36m 0s", "-5m")
    report = report.replace("6/22/27, 10:30:00 AM", "half past ten")

    assert faults_of(report) == [
        "Line 17: “-5m” is less than no time.",
        "Line 19: “half past ten” is no date with a time.",
        "Line 20: this person leaves before they join.",
    ]
    many = teams_report([(f"P{n}", "", [(10, 5)]) for n in range(30)])
    assert len(faults_of(many)) == 21
    assert faults_of(many)[-1] == "And 10 more."
    assert faults_of(teams_report([("", "", [(0, 5)])])) == ["Line 6: this row names nobody."]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no list of people"),
        (b"just words\n", "no list of people"),
        (b"Name,Organisation\nPat,Example\n", "no list of people"),
        (TEAMS.replace("Pat", "Síân").encode("latin-1"), "neither UTF-8 nor UTF-16"),
        (b"PK\x03\x04\x14\x00\x06\x00\x08\x00", "This is a spreadsheet"),
        (b"\xff\xfeN\x00a\x00m", "neither UTF-8 nor UTF-16"),
        (b"x" * (10 * 1024 * 1024), "more than 2 MiB"),
        ((TEAMS + "Jo Doe\t6/22/27, 9:50:00 AM\t6/22/27, 10:20:00 AM\t30m\t\t\n" * 5001).encode(), "rows in this list"),
        (("\n" * 20_001).encode(), "20,001 lines"),
        (ZOOM.partition("Patricia")[0].encode(), "no list of people"),
        (b"Name,Duration\nVi Sample,0\n", "Nobody was in this meeting"),
    ],
)
def test_file_that_is_no_report_then_said_why(content, said):
    assert said in " ".join(faults_of(content))


def test_report_of_another_day_or_hour_then_refused_with_both():
    assert faults_of(teams_report([("Pat", "", [(0, 90)])], day="6/21/27")) == [ANOTHER]
    assert (
        "another meeting" in faults_of(TEAMS, starts_at=START + timedelta(hours=3), ends_at=END + timedelta(hours=3))[0]
    )


def test_digest_then_the_same_for_the_same_stays_however_they_are_written():
    assert read(TEAMS).digest == read(TEAMS, "utf-16").digest
    assert read(TEAMS).digest != read(ZOOM).digest


@pytest.mark.parametrize(
    ("text", "order", "iso"),
    [
        ("6/22/27, 9:25:00 AM", "month first", "2027-06-22T09:25:00+01:00"),
        ("6/22/27, 12:05:00\u202fPM", "month first", "2027-06-22T12:05:00+01:00"),
        ("6/22/27, 12:05:00 am", "month first", "2027-06-22T00:05:00+01:00"),
        ("22.06.2027 9:25", "day first", "2027-06-22T09:25:00+01:00"),
        ("22/06/2027, 09:25:00", "day first", "2027-06-22T09:25:00+01:00"),
        ("2027-06-22T08:25:00Z", "month first", "2027-06-22T08:25:00+00:00"),
        ("2027-06-22 10:25:00.123 +0200", "day first", "2027-06-22T10:25:00+02:00"),
        ("31/31/2027 09:25:00", "day first", None),
        ("9:25", "day first", None),
    ],
)
def test_moment_then_read_in_its_order(text, order, iso):
    moment = moment_of(text, order=order, zone=LONDON)

    assert (moment and moment.isoformat()) == iso


def test_order_when_both_can_be_read_then_the_one_that_is_of_the_day():
    day = START.date().replace(month=5, day=6)

    assert order_of(["5/6/27, 9:25:00 AM"], day=day, zone=LONDON) == "month first"
    assert order_of(["6/5/27, 9:25:00 AM"], day=day, zone=LONDON) == "day first"
    assert order_of(["6/22/27, 9:25:00 AM"], day=day, zone=LONDON) == "month first"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1h 36m 5s", 5765), ("59 Min. 0 Sek.", 3540), ("1 Std. 2 Min.", 3720), ("2 godz. 3 min", 7380), ("75", 4500),
        ("1:15:00", 4500), ("15:30", 930), ("-5", -300), ("-0:30", -30), ("12,5", 750), ("1 hr 5 min", 3900),
        ("often", None), ("", None), ("5 parsecs", None),
    ],
)  # fmt: skip
def test_duration_then_in_seconds(text, seconds):
    duration = duration_of(text)

    assert (duration and duration.total_seconds()) == seconds
