"""What each address is about, who may use it, and by which methods: one line for each, or the suite fails.

A rule names whom the thing on Hampshire's side opens to; on the Island's side everybody changes places with
their counterpart. Nobody else learns that there is anything: 404, or the way to sign in. ``known`` marks what
everybody may know of, so that 403 is an answer too; ``finds_nothing``, that an empty request names nothing there.
"""

from dataclasses import dataclass

GET = frozenset({"GET", "HEAD"})
POST = frozenset({"POST"})
BOTH = GET | POST
ROLES = (
    "anonymous",
    "practitioner",
    "another",
    "organiser",
    "islander",
    "trainer",
    "analyst",
    "lead",
    "former",
    "disabled",
    "administrator",
)
EVERYBODY = frozenset(ROLES)
SIGNED_IN = EVERYBODY - {"anonymous", "disabled"}
ORGANISERS = frozenset({"organiser", "islander", "administrator"})
OF_PARTNERSHIP = frozenset({"organiser", "administrator"})
# Whoever has on the Island's side what another has on Hampshire's. An organisation is led on one side only.
COUNTERPART = {"organiser": "islander", "practitioner": "another", "lead": "", "trainer": ""}


@dataclass(frozen=True)
class Rule:
    """Who may do what about what."""

    may: frozenset[str]
    methods: frozenset[str] = GET
    about: str = ""
    known: bool = False
    finds_nothing: bool = False
    other: frozenset[str] | None = None

    def allows(self, role, side):
        """Say whether a role may use the address for the thing on a side."""
        if side == "own":
            return role in self.may
        if self.other is not None:
            return role in self.other
        if self.may in {EVERYBODY, SIGNED_IN, ORGANISERS}:
            return role in self.may
        turned = {COUNTERPART.get(one, one) for one in self.may}
        return role in turned


def public(about="", methods=GET):
    return Rule(EVERYBODY, methods, about)


def signed_in(methods=GET):
    return Rule(SIGNED_IN, methods)


def organisers(methods=GET):
    return Rule(ORGANISERS, methods)


def hosts(about, methods=GET, **more):
    return Rule(OF_PARTNERSHIP, methods, about, **more)


def owner(about="booking", methods=GET):
    return Rule(frozenset({"practitioner"}), methods, about)


def lead(about="", methods=GET):
    return Rule(frozenset({"lead"}), methods, about, other=frozenset())
