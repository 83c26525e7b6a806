"""What each placeholder of a mail's words stands for, by the facts."""

from typing import Final

from django.utils.html import format_html_join
from django.utils.safestring import mark_safe

from bookings.states import Status, Verb
from notifications.facts import Facts
from notifications.kinds import ABSENCES, Kind
from notifications.texts.filling import Words, say

NOTHING: Final = say("")
MOVED: Final = "The session has been moved since we asked you; this is when it takes place now."
HOLDS: Final = {
    Kind.APPROVAL_ASKED: (
        "If you do not answer by then, the booking holds.",
        "If you do not answer by then, the booking ends and the place is free for somebody else.",
    ),
    Kind.APPROVAL_PENDING: (
        "If they do not answer by then, your booking holds.",
        "If they do not answer by then, your booking ends, so please remind them.",
    ),
}
DIARY: Final = {
    Kind.CHANGED: "The invitation with this mail brings your diary up to date.",
    Kind.DIARY: "The invitation with this mail brings your diary up to date.",
    Kind.CANCELLED: "The message with this mail takes the session out of your diary.",
    Kind.GIVEN_AWAY: "The message with this mail takes the session out of your diary.",
}

OF_SEVERAL_DATES: Final = (
    "The message with this mail takes the first date out of your diary. A short mail for each further date takes that "
    "one out."
)
RELEASED: Final = "If you want to come, or declined by mistake, say so on the page below within that half hour."
NOT_RELEASED: Final = (
    "If you cannot come, give your place up on the page below, so that somebody else can have it. If you do nothing, "
    "it stays yours."
)
ASKED: Final = "How was it? Two minutes are enough. Trainers read what all said together, and nobody's name."
ANSWERED: Final = "You have told us already how it was: thank you for that too."
INSTRUCTIONS: Final = "You have a place on this session. This is all you need to take part."
CHANGED_INSTRUCTIONS: Final = "Something about how to take part has changed. This is how it is now."
RENAMED: Final = (
    "As you asked on our site, this session stands in your diary as “{}” from now on. Nothing about the session itself "
    "has changed."
)
CALLED_OFF: Final = "This session has been cancelled. We are sorry."
# What happened, by the change that is told; under no name, whatever it was.
NEWS: Final[dict[Kind, dict[str, str]]] = {
    Kind.CONFIRMATION: {
        Verb.APPROVED: "Your line manager agreed.",
        Verb.APPROVED_BY_SILENCE: "Your line manager did not answer in time, so your booking holds.",
        Verb.CALENDAR_KEPT: "You declined the invitation to this session and keep your place after all.",
        "": "You have the place of {}, who cannot come.",
    },
    Kind.DATE_CANCELLED: {
        Verb.REVISED: "This date is no longer part of the session.",
        Verb.SESSION_CANCELLED: CALLED_OFF,
        "": "You no longer have a place on this session.",
    },
    Kind.APPROVAL_ASKED: {Verb.REVISED: MOVED},
    Kind.DECLINE_ASKED: {"": "You still have your place."},
    Kind.NOT_APPROVED: {
        Verb.REFUSED: "Your line manager did not agree that you come to this session, so your booking has ended.",
        "": "Your line manager did not answer in time, so your booking of this session has ended.",
    },
    Kind.HANDOVER_ENDED: {
        Verb.COLLEAGUE_LAPSED: "{} did not answer in time whether they take your place on this session.",
        "": "{} does not take your place on this session.",
    },
}


def values_of(facts: Facts, *, in_subject: bool = False) -> dict[str, Words]:
    """Return what every placeholder stands for; those that a kind does not have stand for nothing of use."""
    summary, ahead = facts.summary, facts.week_ahead
    return {
        "name": say("{}", facts.first_name),
        "title": say("{}", facts.short_title if in_subject else facts.title),
        "when": say("{}", facts.when),
        "day": say("{}", facts.day),
        "place": say("{}", _place(facts)),
        "week": say("{}", facts.week),
        "partnership": say("{}", facts.partnership),
        "contact": say("{}", facts.contact),
        "ahead": say("{}", facts.ahead),
        "cancel": _cancel(facts),
        "changes": _changes(facts),
        "charges": say("{}", _charges(facts)),
        "colleague": say("{}", facts.colleague),
        "days": say("{}", summary.days if summary else ahead.lines[0].day if ahead and ahead.lines else ""),
        "diary": _diary(facts),
        "headline": _headline(facts),
        "label": say(_label(facts)),
        "late": _late(facts),
        "manager": say("{}", facts.manager),
        "news": _news(facts),
        "person": say("{}", facts.person),
        "reason": _reason(facts),
        "silence": say(HOLDS[Kind(facts.kind)][not facts.silence_holds]) if facts.kind in HOLDS else NOTHING,
        "standing": _standing(facts),
        "questions": say(ASKED if facts.questions else ANSWERED),
        "summary": say("{}", summary.words if summary else ahead.count if ahead else ""),
        "until": say("*{}*", facts.until),
        "waiting_terms": say("{}", facts.waiting_terms),
    }


def _charges(facts: Facts) -> str:
    """Return what not coming costs, or has cost; empty where it costs nothing any more."""
    if facts.kind in ABSENCES:
        return facts.absence_charge
    return "" if facts.is_over else facts.charges


def _place(facts: Facts) -> str:
    """Return where the session takes place."""
    return " or ".join([facts.place] * bool(facts.place) + ["online"] * facts.is_online)


def _cancel(facts: Facts) -> Words:
    """Return how to cancel, and until when that is free."""
    is_reminder = facts.kind in {Kind.REMINDER, Kind.REMINDER_SOON}
    if facts.kind == Kind.REMINDER_SOON and facts.is_online:
        return say("This is your own way in. You need not sign in.")
    if facts.kind == Kind.CHANGED:
        return _cancel_moved(facts)
    how = "If you cannot come, cancel on your booking's page, so that somebody else can have your place"
    if facts.kind == Kind.REMINDER_SOON or (is_reminder and facts.free_is_over):
        return say(f"{how}.")
    if facts.free_is_over:
        return say(f"{how}; please do so as early as you can.")
    return say(f"{how}; please do so by *{{}}*.", facts.free_until)


def _cancel_moved(facts: Facts) -> Words:
    """Return what to do where the new time does not suit."""
    how = "If it does not suit you any more, cancel on your booking's page"
    if facts.has_place:
        if facts.free_is_over:
            return say(f"{how}; please do so as early as you can.")
        return say(f"{how}; please do so by *{{}}*.", facts.free_until)
    return NOTHING if facts.status == Status.OFFERED else say(f"{how}.")


def _standing(facts: Facts) -> Words:
    """Return how a booking stands whose session has changed, or that a calendar declined."""
    if facts.kind == Kind.DECLINE_ASKED:
        return say(RELEASED if facts.releases else NOT_RELEASED)
    if facts.has_place:
        return say("You still have your place.")
    if facts.status == Status.OFFERED:
        return say(
            "A place is still offered to you until *{}*: say on the page below whether you take it.", facts.until
        )
    if facts.status == Status.AWAITING_APPROVAL:
        return say("A place is still held for you until your line manager answers.")
    return say("You are still on the waiting list.")


def _changes(facts: Facts) -> Words:
    """Return a line for each thing that has changed."""
    found = [(what, now or "none", before or "none") for what, before, now in facts.changes]
    plain = "\n".join(f"{what}: {now} (before: {before})" for what, now, before in found)
    each = format_html_join(mark_safe("<br><br>"), "<strong>{}: {}</strong><br>Before: {}", found)
    return Words(plain, each)


def _diary(facts: Facts) -> Words:
    """Return what the entry with this mail does, if there is one."""
    if facts.kind == Kind.PLAN:
        has_places = bool(facts.summary and facts.summary.booked)
        return say("Where you have a place, it comes with an invitation for your diary.") if has_places else NOTHING
    if not facts.method:
        return NOTHING
    if facts.has_later_dates and facts.kind in {Kind.CANCELLED, Kind.GIVEN_AWAY}:
        return say(OF_SEVERAL_DATES)
    if facts.kind != Kind.CONFIRMATION:
        return say(DIARY.get(Kind(facts.kind), ""))
    back = "back " if facts.verb == Verb.CALENDAR_KEPT else ""
    declining = (
        "If you decline it there, we write to you first, and may then give your place up."
        if facts.declining == "release"
        else "Declining it there does not give up your place."
    )
    return say(f"The invitation with this mail puts the session {back}into your diary. {declining}")


def _late(facts: Facts) -> Words:
    """Return that it was cancelled late, if it was."""
    if not facts.cancelled_late:
        return NOTHING
    return say("It was cancelled after the deadline ({}), and is recorded as late.", facts.free_until)


def _reason(facts: Facts) -> Words:
    """Return the reason that was given, in lines as it was typed."""
    if not facts.reason:
        return NOTHING
    whose = "Their reason" if facts.kind == Kind.NOT_APPROVED else "Reason"
    return say(f"{whose}: {{}}", facts.reason)


def _headline(facts: Facts) -> Words:
    """Return what happened, as a heading."""
    match Kind(facts.kind):
        case Kind.CANCELLED:
            return say("This session is cancelled" if facts.by_organiser else "Your booking is cancelled")
        case Kind.HANDOVER_ENDED:
            has_lapsed = facts.verb == Verb.COLLEAGUE_LAPSED
            return say("Your colleague did not answer" if has_lapsed else "Your colleague does not take the place")
        case Kind.DECLINE_ASKED:
            return say("Your place will be given up" if facts.releases else "Can you not come?")
        case Kind.JOINING:
            return say("How to take part has changed" if facts.says_again else "How to take part")
        case Kind.MANAGER_TOLD:
            ended = "A booking has ended" if facts.is_over else ""
            moved = "A session has moved" if facts.verb == Verb.REVISED else ""
            return say(ended or moved or "{} has a place", facts.person)
        case _:
            return NOTHING


def _label(facts: Facts) -> str:
    """Return what happened, in a word or two."""
    if facts.kind == Kind.JOINING:
        return "Changed: joining instructions" if facts.says_again else "Joining instructions"
    if facts.kind == Kind.DECLINE_ASKED:
        return "Your place will be given up:" if facts.releases else "Can you not come?"
    if facts.kind == Kind.APPROVAL_ASKED:
        return "Moved, do you still agree?" if facts.verb == Verb.REVISED else "Do you agree?"
    if facts.is_over:
        return "Not coming"
    return "Moved" if facts.verb == Verb.REVISED else "Coming"


def _news(facts: Facts) -> Words:
    """Return what happened, in a sentence."""
    kind = Kind(facts.kind)
    if kind == Kind.MANAGER_TOLD:
        return _to_manager(facts)
    if kind == Kind.DECLINE_ASKED and facts.releases:
        return say("*Half an hour after this mail* we give your place up, so that somebody else can have it.")
    if kind == Kind.JOINING:
        return say(CHANGED_INSTRUCTIONS if facts.says_again else INSTRUCTIONS)
    if kind == Kind.DIARY:
        return say(RENAMED, facts.diary_title)
    if kind == Kind.CANCELLED:
        return say("{}", CALLED_OFF if facts.by_organiser else facts.left)
    of_kind = NEWS.get(kind, {})
    pattern = of_kind.get(facts.verb) or of_kind.get("", "")
    return say(pattern, facts.colleague) if facts.colleague or "{}" not in pattern else NOTHING


def _to_manager(facts: Facts) -> Words:
    """Return what happened to the place of somebody whose line manager is told."""
    if facts.verb == Verb.REVISED:
        return say(
            "This session, on which {} has a place, has been moved. This is when it takes place now.", facts.person
        )
    if not facts.is_over:
        return say("{} has a place on this session.", facts.person)
    if facts.by_organiser:
        return say("This session has been cancelled, so {} does not go to it.", facts.person)
    if facts.verb == Verb.SUBSTITUTED:
        return say("{} no longer has a place on this session: a colleague has it now.", facts.person)
    return say("{} no longer has a place on this session.", facts.person)
