"""Answers to invitations in the shapes that Gmail, Outlook and Apple give them; all written for these tests.

Each shape keeps what is typical and awkward of its program: where the calendar part stands, how it is encoded, what
lies beside it, which lines it has, and whether it names who invited.
"""

import base64
from datetime import timedelta
from textwrap import dedent

from tests.factories import NOW

AUTHSERV = "mx.weeks.example.org"
PASS = f"{AUTHSERV}; dkim=pass header.d={{domain}}; dmarc=pass (p=none) header.from={{domain}}"
STATUS = {"accepted": "ACCEPTED", "tentative": "TENTATIVE", "declined": "DECLINED"}


def lines(text):
    """A text with the ends of lines that mail and calendars have."""
    return dedent(text).strip().replace("\n", "\r\n") + "\r\n"


def folded(text):
    """Bytes in base64, as mail carries them."""
    return base64.encodebytes(text.encode()).decode().strip()


def stamp_of(minutes):
    """An instant some minutes after NOW, as calendars write it."""
    return f"{NOW + timedelta(minutes=minutes):%Y%m%dT%H%M%SZ}"


def gmail_entry(booking, partstat, *, minutes=1, sequence=None, attendee=None):
    sequence = booking.ical_sequence if sequence is None else sequence
    attendee = attendee or booking.email
    return lines(f"""\
        BEGIN:VCALENDAR
        PRODID:-//Sample Calendar//Web 1.0//EN
        VERSION:2.0
        CALSCALE:GREGORIAN
        METHOD:REPLY
        BEGIN:VEVENT
        DTSTART:20270622T083000Z
        DTEND:20270622T093000Z
        DTSTAMP:{stamp_of(minutes)}
        ORGANIZER;CN=Hampshire:mailto:{booking.organizer_email}
        UID:{booking.ical_uid}
        ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={STATUS[partstat]};CN="Sample, Pat"
         ;X-NUM-GUESTS=0:mailto:{attendee}
        CREATED:{stamp_of(0)}
        SEQUENCE:{sequence}
        STATUS:CONFIRMED
        SUMMARY:Whatever the diary calls it\\, 日本
        TRANSP:OPAQUE
        END:VEVENT
        END:VCALENDAR
        """)


def gmail(booking, partstat="declined", *, headers="", entry=None, sender=None, **told):
    """In the last of three alternatives and once more as a file, in base64, from the person by way of a robot."""
    entry = entry or gmail_entry(booking, partstat, **told)
    sender = sender or booking.email
    return (
        headers.replace("\n", "\r\n").encode()
        + lines(f"""\
        Reply-To: Pat Sample <{sender}>
        Sender: A Calendar <calendar-notification@example.org>
        Message-ID: <calendar-{told}@example.org>
        Date: Tue, 04 May 2027 09:01:00 +0000
        Subject: =?UTF-8?Q?{partstat.title()}=3A_Ten_curious_questions_=E2=80=93_Tue_22_Jun?=
        From: Pat Sample <{sender}>
        To: {booking.organizer_email}
        Auto-Submitted: auto-generated
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary="000000000000aa01"

        --000000000000aa01
        Content-Type: multipart/alternative; boundary="000000000000bb02"

        --000000000000bb02
        Content-Type: text/plain; charset="UTF-8"; format=flowed; delsp=yes
        Content-Transfer-Encoding: base64

        UGF0IGhhcyBhbnN3ZXJlZC4=

        --000000000000bb02
        Content-Type: text/html; charset="UTF-8"
        Content-Transfer-Encoding: quoted-printable

        <p>Pat has answered.</p>

        --000000000000bb02
        Content-Type: text/calendar; charset="UTF-8"; method=REPLY
        Content-Transfer-Encoding: base64

        """).encode()
        + b"\r\n"
        + folded(entry).replace("\n", "\r\n").encode()
        + b"\r\n"
        + lines("""\
        --000000000000bb02--
        --000000000000aa01
        Content-Type: application/ics; name="invite.ics"
        Content-Disposition: attachment; filename="invite.ics"
        Content-Transfer-Encoding: base64

        UGF0IGhhcyBhbnN3ZXJlZC4=
        --000000000000aa01--
        """).encode()
    )


def outlook_entry(booking, partstat, *, minutes=1, sequence=None, attendee=None):
    sequence = booking.ical_sequence if sequence is None else sequence
    return lines(f"""\
        BEGIN:VCALENDAR
        METHOD:REPLY
        PRODID:Sample Exchange 2016
        VERSION:2.0
        BEGIN:VTIMEZONE
        TZID:GMT Standard Time
        BEGIN:STANDARD
        DTSTART:16010101T020000
        TZOFFSETFROM:+0100
        TZOFFSETTO:+0000
        RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
        END:STANDARD
        BEGIN:DAYLIGHT
        DTSTART:16010101T010000
        TZOFFSETFROM:+0000
        TZOFFSETTO:+0100
        RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
        END:DAYLIGHT
        END:VTIMEZONE
        BEGIN:VEVENT
        ATTENDEE;PARTSTAT={STATUS[partstat]};CN=Pat Sample:MAILTO:{attendee or booking.email.upper()}
        COMMENT;LANGUAGE=en-GB:I am on the ferry that day.\\n
        UID:{booking.ical_uid}
        SUMMARY;LANGUAGE=en-GB:Declined: Ten curious questions
        DTSTART;TZID=GMT Standard Time:20270622T093000
        DTEND;TZID=GMT Standard Time:20270622T103000
        CLASS:PUBLIC
        PRIORITY:5
        DTSTAMP:{stamp_of(minutes)}
        TRANSP:OPAQUE
        STATUS:CONFIRMED
        SEQUENCE:{sequence}
        LOCATION;LANGUAGE=en-GB:
        X-MICROSOFT-CDO-APPT-SEQUENCE:{sequence}
        X-MICROSOFT-CDO-OWNERAPPTID:0
        X-MICROSOFT-CDO-BUSYSTATUS:BUSY
        X-MICROSOFT-DISALLOW-COUNTER:FALSE
        END:VEVENT
        END:VCALENDAR
        """)


def outlook(booking, partstat="declined", *, headers="", entry=None, sender=None, **told):
    """Two alternatives, the zone by its Windows name, no ORGANIZER, and the address in capitals."""
    entry = entry or outlook_entry(booking, partstat, **told)
    sender = sender or booking.email
    return (
        headers.replace("\n", "\r\n").encode()
        + lines(f"""\
        From: "Sample, Pat" <{sender}>
        To: "bookings" <{booking.organizer_email}>
        Subject: {partstat.title()}: Ten curious questions
        Thread-Topic: Ten curious questions
        Date: Tue, 4 May 2027 09:01:00 +0000
        Message-ID: <OUT{told}@example.org>
        Accept-Language: en-GB, en-US
        X-MS-Has-Attach:
        Content-Type: multipart/alternative;
        \tboundary="_000_OUT0123_"
        MIME-Version: 1.0

        --_000_OUT0123_
        Content-Type: text/plain; charset="us-ascii"
        Content-Transfer-Encoding: quoted-printable

        I am on the ferry that day.

        --_000_OUT0123_
        Content-Type: text/calendar; charset="utf-8"; method=REPLY
        Content-Transfer-Encoding: base64

        """).encode()
        + b"\r\n"
        + folded(entry).replace("\n", "\r\n").encode()
        + b"\r\n"
        + lines("""\
        --_000_OUT0123_--
        """).encode()
    )


def apple_entry(booking, partstat, *, minutes=1, sequence=None, attendee=None):
    sequence = booking.ical_sequence if sequence is None else sequence
    return lines(f"""\
        BEGIN:VCALENDAR
        CALSCALE:GREGORIAN
        METHOD:REPLY
        PRODID:-//Sample Inc.//Phone OS 19.0//EN
        VERSION:2.0
        BEGIN:VEVENT
        ATTENDEE;CN="Pat Sample";CUTYPE=INDIVIDUAL;EMAIL="{booking.email}";PARTSTAT
         ={STATUS[partstat]};ROLE=REQ-PARTICIPANT:mailto:{attendee or booking.email}
        DTEND;TZID=Europe/London:20270622T103000
        DTSTAMP:{stamp_of(minutes)}
        DTSTART;TZID=Europe/London:20270622T093000
        LAST-MODIFIED:{stamp_of(minutes)}
        ORGANIZER;CN="Hampshire":mailto:{booking.organizer_email}
        SEQUENCE:{sequence}
        SUMMARY:Ten curious questions
        UID:{booking.ical_uid}
        BEGIN:VALARM
        ACTION:DISPLAY
        TRIGGER:-PT30M
        UID:0C0A4E4B-0000-4000-8000-000000000000
        END:VALARM
        END:VEVENT
        END:VCALENDAR
        """)


def apple(booking, partstat="declined", *, headers="", entry=None, sender=None, **told):
    """One alternative within a mixed mail, quoted-printable, with an alarm that has a UID of its own."""
    entry = entry or apple_entry(booking, partstat, **told)
    sender = sender or booking.email
    quoted = entry.replace("=", "=3D")
    return (
        headers.replace("\n", "\r\n").encode()
        + lines(f"""\
        From: Pat Sample <{sender}>
        Content-Type: multipart/mixed; boundary="Sample-Mail=_1A2B"
        MIME-Version: 1.0 (1.0)
        Subject: {partstat.title()}: Ten curious questions
        Message-Id: <APP{told}@example.org>
        Date: Tue, 4 May 2027 10:01:00 +0100
        To: {booking.organizer_email}

        --Sample-Mail=_1A2B
        Content-Type: text/plain; charset=us-ascii
        Content-Transfer-Encoding: 7bit

        Pat Sample has answered.

        --Sample-Mail=_1A2B
        Content-Type: text/calendar; charset=utf-8; method=REPLY; name=iCal.ics
        Content-Disposition: attachment; filename=iCal.ics
        Content-Transfer-Encoding: quoted-printable

        """).encode()
        + b"\r\n"
        + quoted.encode()
        + lines("""\
        --Sample-Mail=_1A2B--
        """).encode()
    )


SHAPES = {"gmail": gmail, "outlook": outlook, "apple": apple}
ENTRIES = {"gmail": gmail_entry, "outlook": outlook_entry, "apple": apple_entry}


def vouched(domain="example.org", authserv=AUTHSERV):
    """What our own mail server writes above a mail whose sender is no forgery."""
    return f"Authentication-Results: {PASS.format(domain=domain).replace(AUTHSERV, authserv)}\n"
