"""A diary as calendar programs keep it, filled from the mails of the local inbox."""

from datetime import UTC

from icalendar import Calendar

from notifications import inbox


class Diary:
    """A calendar program: of two states of an entry the higher number wins, then the later stamp (RFC 5546, 2.1.5)."""

    def __init__(self):
        self.entries = {}

    def take(self, calendar):
        """Read one mail's calendar part, or a file."""
        for event in calendar.walk("VEVENT"):
            before = self.entries.get(event["uid"])
            if before is None or rank(event) > rank(before):
                self.entries[event["uid"]] = event
        return self

    def shown(self):
        """Return what stands in the diary: start, end, title and place of each entry that is not cancelled."""
        return sorted(words_of(event) for event in self.entries.values() if event["status"] != "CANCELLED")


def rank(event):
    return event["sequence"], event["dtstamp"].dt


def words_of(event):
    place = str(event.get("location", ""))
    return event["dtstart"].dt.astimezone(UTC), event["dtend"].dt.astimezone(UTC), str(event["summary"]), place


def parts_to(person):
    """Return the calendar parts of all mails to somebody, the first first."""
    mails = [kept.mail for kept in reversed(inbox.newest(to=person.email))]
    parts = [part for mail in mails for part in mail.walk() if part.get_content_type() == "text/calendar"]
    return [Calendar.from_ical(part.get_content()) for part in parts]
