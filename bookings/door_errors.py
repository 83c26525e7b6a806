"""Each refusal at the door by name: checking in by code, and reading who was in a meeting."""

from events.errors import Refusal


class CheckInClosed(Refusal):
    """Checking in begins an hour before the session and ends with it."""

    code = "check_in_closed"


class CodeWrong(Refusal):
    """This is not the code that is shown now. It is a new one every minute: look again."""

    code = "code_wrong"


class CodeOfOtherSession(Refusal):
    """This code is shown for another session. Scan the one that is shown here."""

    code = "code_of_other_session"


class TooManyTries(Refusal):
    """These were too many tries. Wait ten minutes, or ask the organisers to mark you."""

    code = "too_many_tries"


class NotBooked(Refusal):
    """You have no place on this session. Say that you come without a booking."""

    code = "not_booked"


class NobodyOfReport(Refusal):
    """Nobody in this report has a place on this session. Is it the report of another one?"""

    code = "nobody_of_report"
