"""What somebody is asked before they book: by the session and its policy; and what nobody asks."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

from bookings import policies
from bookings.models import Booking
from bookings.policy import Policy
from events.models import Session

DECLARED: Final = "By booking you say that your line manager agrees, or that you have none."


@dataclass(frozen=True)
class Questions:
    """The questions of a booking form. ``manager`` is what becomes of the manager's address: asked, told or nothing."""

    needs: bool = False
    modes: tuple[tuple[str, str], ...] = ()
    for_whom: str = ""
    manager: str = ""
    declares: bool = False

    @classmethod
    def of(cls, session: Session, policy: Policy) -> Self:
        """Return what is asked of somebody who books one session."""
        return cls(
            needs=policies.asks_for_needs(session),
            modes=tuple(Booking.Mode.choices) if session.format == Session.Format.HYBRID else (),
            for_whom=session.for_whom,
            manager=policy.manager if policy.manager in policies.MANAGER_NAMED else "",
            declares=policy.manager == "self_declared",
        )

    @classmethod
    def together(cls, several: Iterable[Policy]) -> Self:
        """Return what is asked once of somebody who books several sessions, by their policies."""
        managers = {policy.manager for policy in several}
        manager = next((one for one in ("asked", "told") if one in managers), "")
        return cls(manager=manager, declares="self_declared" in managers)

    @property
    def is_any(self) -> bool:
        """Say whether there is anything to answer before booking, so that one press is not enough."""
        return bool(self.modes or self.for_whom or self.manager)

    @property
    def declaration(self) -> str:
        """Return what booking says about the line manager; empty where it says nothing."""
        return DECLARED if self.declares else ""


def asks_by_itself(session: Session) -> bool:
    """Say whether a session asks something of its own, so that it is not booked together with others."""
    return session.format == Session.Format.HYBRID or bool(session.for_whom)
