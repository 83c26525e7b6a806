"""Refusal, the base of every polite no, and Busy and Away, which say nothing against what was asked."""

from typing import ClassVar


class Refusal(Exception):
    """What was asked cannot be done.

    A subclass has a stable ``code`` for programs; its docstring's first line is the sentence for people,
    unless one is given when it is raised. The page shows it by the form, the API answers 409 with both.
    """

    code: ClassVar[str] = "refused"

    def __init__(self, sentence: str = "") -> None:
        self.sentence = sentence or (self.__doc__ or "").strip().splitlines()[0]
        super().__init__(self.sentence)


class SessionNotMovable(Refusal):
    """This session cannot be changed or moved, because it is cancelled or has begun."""

    code = "session_not_movable"


class SessionNotPublishable(Refusal):
    """This session cannot be published, because it is cancelled or its week is still a draft."""

    code = "session_not_publishable"


class SessionNotCancellable(Refusal):
    """This session cannot be cancelled, because it has begun."""

    code = "session_not_cancellable"


class CapacityTooSmall(Refusal):
    """More places are taken than that."""

    code = "capacity_too_small"

    def __init__(self, sentence: str = "", *, field: str = "capacity") -> None:
        super().__init__(sentence)
        self.field = field  # of the session, so that the sentence stands where it is mended


class PartKept(Refusal):
    """The register of this date has marks, so it stays where it is in the order."""

    code = "part_kept"


class TooManyParts(Refusal):
    """A session has twelve dates at most."""

    code = "too_many_parts"


class RoomInUse(Refusal):
    """Sessions are planned in this room or have met there, so it stays."""

    code = "room_in_use"


class WeekTaken(Refusal):
    """There is a week with this address already."""

    code = "week_taken"


class UnusableStart(Refusal):
    """A week starts on a Monday."""

    code = "unusable_start"


class ChangeWaiting(Refusal):
    """A change of this session is waiting already. Take it back, or let it be carried out, before you plan another."""

    code = "change_waiting"


class ChangeNotWaiting(Refusal):
    """This change is no longer waiting, so nothing was done."""

    code = "change_not_waiting"


class ChangeOutdated(Refusal):
    """What this change speaks of is no longer there."""

    code = "change_outdated"


class WeekNotPublishable(Refusal):
    """This week cannot be published yet, because something must be mended first."""

    code = "week_not_publishable"


class WeekNotSchedulable(Refusal):
    """Only a draft has an hour at which it is published."""

    code = "week_not_schedulable"


class UnusableHosts(Refusal):
    """Choose the hosts, and exactly one of them as the lead."""

    code = "unusable_hosts"


class SessionNotDraft(Refusal):
    """This session is no draft any more, so it is not changed here."""

    code = "session_not_draft"


class ChangedSince(Refusal):
    """This has been changed since you opened the page. Nothing was saved, so that the change is not undone."""

    code = "changed_since"


class Busy(Exception):
    """The site is too busy to answer this now. Nothing was changed; please try again in a moment."""

    code: ClassVar[str] = "busy"
    retry_after_seconds: ClassVar[int] = 2


class Away(Exception):
    """The site cannot reach its records now. Please send this again in a moment; look first whether it was done."""

    code: ClassVar[str] = "unavailable"
    retry_after_seconds: ClassVar[int] = 5
