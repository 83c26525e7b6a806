"""What mails say in answer to invitations, in the shapes of three programs, and everything that makes one odd."""

import time
from datetime import timedelta
from types import SimpleNamespace

import pytest

from notifications.reply_object import Odd
from notifications.reply_reading import MOST_BYTES, Automatic, glance, read
from tests.factories import NOW
from tests.notifications.reply_mails import AUTHSERV, ENTRIES, SHAPES, gmail, gmail_entry, lines, outlook, vouched

BOOKING = SimpleNamespace(
    email="pat@example.org",
    organizer_email="bookings@weeks.example.org",
    ical_uid="booking-00000000-0000-4000-8000-000000000000@weeks.example.org",
    ical_sequence=2,
)
shapes = pytest.mark.parametrize("shape", SHAPES)


def said(raw, authserv_id=AUTHSERV):
    return read(raw, size=len(raw), authserv_id=authserv_id)


def why(raw):
    with pytest.raises(Odd) as odd:
        said(raw)
    return str(odd.value)


def with_entry(shape, change):
    """The mail of a program whose calendar object is changed."""
    entry = ENTRIES[shape](BOOKING, "declined")
    changed = change(entry)
    assert changed != entry
    return SHAPES[shape](BOOKING, "declined", entry=changed)


def after(line, more):
    """Put lines behind the one that begins so."""
    return lambda entry: "".join(
        part + (more.replace("\n", "\r\n") if part.startswith(line) else "") for part in entry.splitlines(keepends=True)
    )


@shapes
@pytest.mark.parametrize("partstat", ["accepted", "tentative", "declined"])
def test_answer_of_a_program_then_who_what_and_when(shape, partstat):
    found = said(SHAPES[shape](BOOKING, partstat, minutes=7, headers=vouched()))

    assert found.answered.uid == BOOKING.ical_uid
    assert (found.answered.attendee, found.sender) == ("pat@example.org", "pat@example.org")
    assert (found.answered.partstat, found.answered.sequence, found.answered.stamp) == (
        partstat,
        2,
        NOW + timedelta(minutes=7),
    )
    assert found.answered.organizer == ("" if shape == "outlook" else "bookings@weeks.example.org")
    assert "bookings@weeks.example.org" in found.addressed_to
    assert found.vouched_domain == "example.org"


def test_answer_without_sequence_then_it_is_to_the_first():
    raw = with_entry("gmail", lambda entry: entry.replace("SEQUENCE:2\r\n", ""))
    assert said(raw).answered.sequence == 0


HOSTILE = {
    "a second event": (after("END:VEVENT", "BEGIN:VEVENT\nUID:other@example.org\nEND:VEVENT\n"), "more than one thing"),
    "a task beside": (after("END:VEVENT", "BEGIN:VTODO\nUID:other@example.org\nEND:VTODO\n"), "more than one thing"),
    "a second calendar": (lambda entry: entry + entry, "cut off or damaged"),
    "no event": (lambda entry: "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nEND:VCALENDAR\r\n", "or about none"),
    "counter": (lambda entry: entry.replace("METHOD:REPLY", "METHOD:COUNTER"), "proposes another time"),
    "request": (lambda entry: entry.replace("METHOD:REPLY", "METHOD:REQUEST"), "no answer"),
    "cancel": (lambda entry: entry.replace("METHOD:REPLY", "METHOD:CANCEL"), "no answer"),
    "no method": (lambda entry: entry.replace("METHOD:REPLY\r\n", ""), "does not say that it is an answer"),
    "two methods": (after("METHOD", "METHOD:REQUEST\n"), "no answer"),
    "delegated": (lambda entry: entry.replace("PARTSTAT=DECLINED", "PARTSTAT=DELEGATED"), "neither yes"),
    "not answered": (lambda entry: entry.replace("PARTSTAT=DECLINED", "PARTSTAT=NEEDS-ACTION"), "neither yes"),
    "a delegate": (
        lambda entry: entry.replace("ATTENDEE;", 'ATTENDEE;DELEGATED-TO="mailto:kim@example.org";'),
        "Somebody else answered",
    ),
    "a secretary": (
        lambda entry: entry.replace("ATTENDEE;", 'ATTENDEE;SENT-BY="mailto:kim@example.org";'),
        "Somebody else answered",
    ),
    "two attendees": (
        after("END:VALARM", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:kim@example.org\n"),
        "names ATTENDEE 2 times",
    ),
    "two uids": (after("SEQUENCE", "UID:other@example.org\n"), "names UID 2 times"),
    "no stamp": (lambda entry: entry.replace("DTSTAMP", "X-DTSTAMP"), "names DTSTAMP 0 times"),
    "one of many": (after("SEQUENCE", "RECURRENCE-ID:20270622T083000Z\n"), "repeats"),
    "a bomb": (after("SEQUENCE", "RRULE:FREQ=SECONDLY;COUNT=999999999\n"), "repeats"),
    "local stamp": (lambda entry: entry.replace("DTSTAMP:", "DTSTAMP;TZID=../../etc/passwd:X"), "in UTC"),
    "no such day": (lambda entry: entry.replace("DTSTAMP:20270504", "DTSTAMP:20270231"), "in UTC"),
    "negative sequence": (lambda entry: entry.replace("SEQUENCE:2", "SEQUENCE:-1"), "SEQUENCE is no number"),
    "endless sequence": (lambda entry: entry.replace("SEQUENCE:2", f"SEQUENCE:{'9' * 40}"), "SEQUENCE is no number"),
    "a principal": (
        lambda entry: entry.replace("mailto:pat@", "urn:uuid:pat@"),
        "something else than an email address",
    ),
    "cut off": (lambda entry: entry[: entry.index("END:VEVENT")], "cut off or damaged"),
    "crossed": (lambda entry: entry.replace("END:VEVENT", "END:VTODO"), "cut off or damaged"),
    "no line": (after("SEQUENCE", "this is no line\n"), "cut off or damaged"),
    "too many lines": (after("SEQUENCE", "X-A:1\n" * 3000), "longer than an answer"),
    "a long line": (lambda entry: entry.replace(BOOKING.ical_uid, "u" * 3000), "longer than an answer"),
    "deep": (after("SEQUENCE", "BEGIN:VALARM\n" * 9 + "END:VALARM\n" * 9), "longer than an answer"),
    "a null": (lambda entry: entry.replace(BOOKING.ical_uid, f"\x00{BOOKING.ical_uid}"), "longer than an answer"),
}


@shapes
@pytest.mark.parametrize("name", HOSTILE)
def test_object_that_is_no_plain_answer_then_odd_and_said_why(shape, name):
    change, words = HOSTILE[name]
    if name == "a principal" and shape == "outlook":
        change = lambda entry: entry.replace("MAILTO:PAT@", "urn:uuid:PAT@")  # noqa: E731
    if name == "two attendees" and shape != "apple":
        change = after("SEQUENCE", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:kim@example.org\n")
    if name == "delegated" and shape == "apple":
        change = lambda entry: entry.replace(" =DECLINED", " =DELEGATED")  # noqa: E731
    if name == "not answered" and shape == "apple":
        change = lambda entry: entry.replace(" =DECLINED", " =NEEDS-ACTION")  # noqa: E731

    assert words in why(with_entry(shape, change))


@shapes
def test_ten_parts_then_odd(shape):
    raw = SHAPES[shape](BOOKING)
    boundary = raw.split(b'boundary="')[1].split(b'"')[0]
    part = b"--" + boundary + b"\r\nContent-Type: text/plain\r\n\r\nmore\r\n"
    end = b"--" + boundary + b"--"

    assert "more than 9 parts" in why(raw.replace(end, part * 9 + end))


@shapes
def test_five_mebibytes_then_odd_and_not_parsed(shape, monkeypatch):
    monkeypatch.setattr("notifications.reply_reading.message_from_bytes", None)
    assert "larger than 256 kB" in why(SHAPES[shape](BOOKING) + b"x" * 5 * 1024 * 1024)
    with pytest.raises(Odd, match="larger than 256 kB"):
        read(SHAPES[shape](BOOKING), size=5 * 1024 * 1024, authserv_id="")


@shapes
def test_two_calendar_parts_then_odd(shape):
    raw = SHAPES[shape](BOOKING)
    boundary = raw.split(b"text/calendar")[0].rsplit(b"\r\n--", 1)[1].split(b"\r\n")[0]
    second = b"--" + boundary + b"\r\nContent-Type: text/calendar; method=REPLY\r\n\r\nBEGIN:VCALENDAR\r\n"
    assert why(raw.replace(b"--" + boundary + b"--", second + b"--" + boundary + b"--")) == (
        "It holds more than one answer."
    )


@shapes
@pytest.mark.parametrize("charset", ["utf-7", "utf-16", "no-such-letters", "cp037"])
def test_letters_that_nobody_writes_then_odd(shape, charset):
    raw = SHAPES[shape](BOOKING).decode()
    before, _, behind = raw.partition("text/calendar; charset=")
    quoted = behind.startswith('"')
    old = behind.split(";")[0].strip('"')
    changed = before + "text/calendar; charset=" + behind.replace(old, charset, 1)
    assert quoted or behind != changed
    assert "letters that cannot be read" in why(changed.encode())


def test_letters_that_are_not_what_is_said_then_odd():
    entry = gmail_entry(BOOKING, "declined").replace("日本", "caf\udce9")
    raw = gmail(BOOKING, entry="X").replace(
        b"WA==", __import__("base64").b64encode(entry.encode("utf-8", "surrogateescape"))
    )
    assert "letters that cannot be read" in why(raw)


@shapes
@pytest.mark.parametrize("kept", [0.5, 0.75, 0.9])
def test_truncated_on_the_way_then_odd(shape, kept):
    raw = SHAPES[shape](BOOKING)
    assert why(raw[: int(len(raw) * kept)])


@shapes
def test_method_of_the_part_that_differs_then_odd(shape):
    assert "proposes another time" in why(SHAPES[shape](BOOKING).replace(b"method=REPLY", b"method=COUNTER"))


def test_forwarded_mail_then_odd():
    raw = (
        lines("""\
        From: kim@example.org
        To: bookings@weeks.example.org
        Content-Type: message/rfc822

        """).encode()
        + b"\r\n"
        + gmail(BOOKING)
    )
    assert "forwarded" in why(raw)


def test_nesting_without_end_then_odd_and_soon():
    digest = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(5000))
    mails = b"Content-Type: message/rfc822\r\n\r\n" * 8000
    began = time.monotonic()
    assert "too many parts" in why(digest[:200_000])
    assert "too many parts" in why(mails[:200_000])
    assert "too deep" in why(
        b"".join(b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(12))
    )
    assert time.monotonic() - began < 5


def test_as_much_as_may_be_of_anything_is_read_soon():
    for filling in (b"a:b\r\n", b"(", b"<@", b"=?utf-8?q?", b"\"'<(", b"\\", b"--x\r\n", b" \r\n"):
        raw = b"From: " + filling * (60_000 // len(filling)) + b"\r\nX: " + filling * (150_000 // len(filling))
        began = time.monotonic()
        with pytest.raises(Odd):
            said(raw[:MOST_BYTES])
        glance(raw)
        assert time.monotonic() - began < 5


@pytest.mark.parametrize("headers", ["Auto-Submitted: auto-replied\n", "Return-Path: <>\n"])
def test_absence_note_then_nothing_to_do(headers):
    raw = f"{headers}From: pat@example.org\nTo: bookings@weeks.example.org\n\nI am away.\n".encode()
    with pytest.raises(Automatic):
        said(raw)


def test_letter_of_a_person_then_to_look_at():
    raw = b"From: pat@example.org\nTo: bookings@weeks.example.org\n\nI cannot come, may Kim?\n"
    assert "Somebody may have written to us." in why(raw)


@pytest.mark.parametrize(
    "sender",
    [
        "",
        "From: pat@example.org\nFrom: kim@example.org\n",
        "From: pat@example.org, kim@example.org\n",
        "From: nobody\n",
        "From: =?utf-8?q?pat=00?= <pat\x00@example.org>\n",
    ],
)
def test_sender_that_is_not_one_then_odd(sender):
    raw = gmail(BOOKING).replace(b"From: Pat Sample <pat@example.org>\r\n", sender.replace("\n", "\r\n").encode())
    assert why(raw)


@pytest.mark.parametrize(
    ("headers", "domain"),
    [
        ("", ""),
        (vouched(), "example.org"),
        (vouched(authserv="mx.elsewhere.example"), ""),
        (vouched(authserv=f"{AUTHSERV}.example.net"), ""),
        (vouched().replace("dmarc=pass", "dmarc=fail"), ""),
        (vouched().replace("dmarc=pass", "x-dmarc=pass"), ""),
        (f"Authentication-Results: {AUTHSERV}; spf=pass smtp.mailfrom=example.org\n", ""),
        (f'Authentication-Results: {AUTHSERV}; spf=fail reason="dmarc=pass"\n', ""),
        (f"Authentication-Results: {AUTHSERV}; spf=pass\n" + vouched(), "example.org"),
        (f"Authentication-Results: {AUTHSERV} 1;\n dmarc=pass header.from=Example.ORG\n", "example.org"),
        (vouched("kim.example.net"), "kim.example.net"),
    ],
)
def test_what_our_mail_server_found_then_believed_and_nobody_elses(headers, domain):
    assert said(gmail(BOOKING, headers=headers)).vouched_domain == domain


def test_what_is_found_twice_then_odd():
    assert "more than one finding" in why(gmail(BOOKING, headers=vouched() * 2))


def test_findings_when_we_name_no_server_then_none_is_believed():
    assert said(gmail(BOOKING, headers=vouched()), authserv_id="").vouched_domain == ""


def test_glance_then_what_a_mail_says_of_itself_as_it_may_be_shown():
    assert glance(gmail(BOOKING)) == ("pat@example.org", "Declined: Ten curious questions – Tue 22 Jun")
    assert glance(outlook(BOOKING)) == ("pat@example.org", "Declined: Ten curious questions")
    assert glance(b"\xff\xfe\x00") == ("", "")
    assert glance(b"Subject: =?no-such?q?x?=\nFrom: a@example.org\n\n") == ("", "")
    assert glance(b"Subject: a\x1b[31m\x00b\n\n") == ("", "a[31mb")
