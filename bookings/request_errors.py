"""Each refusal of what administrators note about requests, by name."""

from events.errors import Refusal


class RequestClosed(Refusal):
    """This request is closed already. Nothing was changed."""

    code = "request_closed"


class DayInFuture(Refusal):
    """This day has not come yet."""

    code = "day_in_future"


class DayBeforeRequest(Refusal):
    """This day is before the request came in."""

    code = "day_before_request"
