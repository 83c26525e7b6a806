"""What an organiser may load: the weeks of their partnerships, and what all share as far as the admin lets them.

A row that is stored as it stands is nobody's concern, so that the file of a week can come back whole.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from events.models import PracticeWeek, Session, WeekHost
from events.programme_files.cells import items_of
from events.programme_files.faults import Fault
from events.programme_files.rows import RowForm
from people.models import User

ADMINISTRATORS_TABLES: Final = frozenset({"areas", "sectors", "organisations", "partnerships", "safeguarding_contacts"})
IN_WEEK: Final = frozenset({"hosts", "presentations", "days", "topics", "key_messages"})

FOR_ADMINISTRATORS: Final = "This table is for administrators; leave the row out."
THEME_OF_ALL: Final = (
    "Every partnership uses this theme, so an administrator changes it; leave the row as it is stored."
)
VENUE_OF_OTHERS: Final = (
    "Sessions that your partnership does not host are held there, so an administrator changes it; "
    "leave the row as it is stored."
)
WEEK_OF_OTHERS: Final = "Your partnership does not host this week."
SESSION_OF_OTHERS: Final = "Your partnership does not host this session; leave the row out."
RESOURCE_OF_OTHERS: Final = (
    "This resource belongs neither to a week of yours nor to your partnership; leave the row out."
)
NO_HOST_OF_YOURS: Final = "Name one of your partnerships as a host."
BEFORE_OF_OTHERS: Final = "What comes before must be a topic of a week that your partnership hosts."
TAKEN_FROM_OTHERS: Final = (
    "Another partnership is removed, or loses the lead, only by somebody who organises for it; name it as it was."
)
NO_PLACE_OF_YOURS: Final = "Name a week of yours, or one of your partnerships."


class Reach:
    """How far somebody who is no administrator may go, as things stood before the file; what it makes is added."""

    def __init__(self, actor: User, *, at: datetime) -> None:
        weeks = PracticeWeek.objects.hosted_within(actor, at=at).order_by()
        sessions = Session.objects.hosted_within(actor, at=at).order_by()
        self.actor, self.at = actor, at
        self.partnerships = frozenset(actor.organised_partnerships(at=at).values_list("slug", flat=True))
        self.weeks: set[str] = {*weeks.values_list("slug", flat=True)}
        self.sessions = frozenset(sessions.values_list("pk", flat=True))
        self.made: dict[str, str] = {}

    def why_not_touch(self, form: RowForm) -> str:
        """Return why a stored row is not this person's to change; empty where it is. Looks at nothing in the file."""
        rule = TO_TOUCH.get(form.table)
        return rule(self, form) if rule else ""

    def why_not_write(self, form: RowForm) -> str:
        """Return why a valid row that is new, or differs, may not be stored as this person's; empty where it may."""
        if not form.is_new and (sentence := self.why_not_touch(form)):
            return sentence
        rule = TO_WRITE.get(form.table)
        return rule(self, form) if rule else ""

    def note(self, form: RowForm, place: str) -> None:
        """Remember a row that was stored: a week that the file makes is this person's from here on."""
        if form.table == "weeks" and form.is_new:
            self.weeks.add(form.instance.slug)
            self.made[form.instance.slug] = place

    def faults_at_end(self) -> Iterable[Fault]:
        """Find the new weeks that no partnership of this person's hosts."""
        for slug, place in self.made.items():
            if not WeekHost.objects.filter(week__slug=slug, partnership__slug__in=self.partnerships).exists():
                yield Fault(place, "Name one of your partnerships as a host of this week, in the table hosts.")

    def is_own(self, week: str, partnerships: Iterable[str]) -> bool:
        """Say whether something belongs to a week of one's own or to one's partnership."""
        return week in self.weeks or bool(self.partnerships.intersection(partnerships))


def _venue_of_own(reach: Reach, venue: Any) -> str:
    """Only where all sessions at a venue are one's own, because people's diaries follow."""
    return VENUE_OF_OTHERS if venue.sessions.exclude(pk__in=reach.sessions).exists() else ""


def _own_session(reach: Reach, form: RowForm) -> str:
    """Only what one's partnerships host."""
    return "" if form.instance.pk in reach.sessions else SESSION_OF_OTHERS


def _own_resource(reach: Reach, form: RowForm) -> str:
    """Only what belongs to a week of one's own or to one's partnership."""
    return "" if reach.is_own(form.before["week"], items_of(form.before["partnerships"])) else RESOURCE_OF_OTHERS


def _own_week(reach: Reach, form: RowForm) -> str:
    """Only rows of weeks of one's own."""
    return "" if form.instance.week.slug in reach.weeks else WEEK_OF_OTHERS


def _host_so(reach: Reach, form: RowForm) -> str:
    """Nobody takes the lead of a week from another partnership."""
    gives_up = form.before["is_lead"] == "true" and not form.cleaned_data["is_lead"]
    taken = gives_up and form.before["partnership"] not in reach.partnerships
    return _own_week(reach, form) or (TAKEN_FROM_OTHERS if taken else "")


def _session_so(reach: Reach, form: RowForm) -> str:
    """One of the hosts is one's own, and no other partnership loses its part or the lead."""
    if form.is_new and (sentence := _own_week(reach, form)):
        return sentence
    lead, others = form.before["lead_host"], items_of(form.before["co_hosts"])
    cleaned: Mapping[str, Any] = form.cleaned_data
    now_leads = cleaned["lead_host"].slug if cleaned["lead_host"] else ""
    now = {now_leads, *(partnership.slug for partnership in cleaned["co_hosts"])}
    if not reach.partnerships & now:
        return NO_HOST_OF_YOURS
    loses_lead = lead and lead not in reach.partnerships and lead != now_leads
    leaves = {lead, *others} - {""} - reach.partnerships - now
    if loses_lead or leaves:
        return TAKEN_FROM_OTHERS
    week, _, _ = cleaned["prerequisite"].rpartition("/")
    is_new = cleaned["prerequisite"] != form.before["prerequisite"]
    return BEFORE_OF_OTHERS if week and is_new and week not in reach.weeks else ""


def _resource_so(reach: Reach, form: RowForm) -> str:
    """A resource is put into weeks of one's own, or belongs to one's partnership."""
    week, partnerships = form.cleaned_data["week"], form.cleaned_data["partnerships"]
    if week and week.slug not in reach.weeks:
        return WEEK_OF_OTHERS
    is_own = reach.is_own(week.slug if week else "", (partnership.slug for partnership in partnerships))
    return "" if is_own else NO_PLACE_OF_YOURS


def _never(sentence: str) -> "Rule":
    """Return the rule that nobody but an administrator may."""
    return lambda _reach, _form: sentence


Rule = Callable[[Reach, RowForm], str]
BY_ADMINISTRATORS: Final[Mapping[str, Rule]] = dict.fromkeys(ADMINISTRATORS_TABLES, _never(FOR_ADMINISTRATORS))
# By table: may this stored row be changed at all, and may a row come to say what it says. Trainers are everybody's.
TO_TOUCH: Final[Mapping[str, Rule]] = {
    **BY_ADMINISTRATORS,
    **dict.fromkeys(IN_WEEK, _own_week),
    "themes": _never(THEME_OF_ALL),
    "venues": lambda reach, form: _venue_of_own(reach, form.instance),
    "rooms": lambda reach, form: _venue_of_own(reach, form.instance.venue),
    "weeks": lambda reach, form: "" if form.instance.slug in reach.weeks else WEEK_OF_OTHERS,
    "sessions": _own_session,
    "resources": _own_resource,
}
TO_WRITE: Final[Mapping[str, Rule]] = {
    **BY_ADMINISTRATORS,
    **dict.fromkeys(IN_WEEK, _own_week),
    "hosts": _host_so,
    "sessions": _session_so,
    "resources": _resource_so,
}
