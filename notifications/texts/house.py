"""What each kind of mail says where a partnership has no words of its own."""

from typing import Final

from notifications.kinds import Kind
from notifications.texts.text import Text

NO_LONGER_WAITING: Final = (
    "If you still want to come, see the session's page: you can book there, or wait again, as long as booking is open."
)

HOUSE: Final[dict[Kind, Text]] = {
    Kind.CONFIRMATION: Text(
        "Booked: {title}, {day}",
        "Your place is confirmed",
        "You have a place on this session. {news}",
        "{diary} {cancel}",
    ),
    Kind.WAITING_LIST: Text(
        "On the waiting list: {title}, {day}",
        "You are on the waiting list",
        "There is no free place for you now, and you are on the waiting list of this session. {waiting_terms}",
        "You do not have a place yet, so please keep nothing free for it. Your booking's page shows where you are in "
        "the queue, and lets you leave it.",
    ),
    Kind.PLAN: Text(
        "{summary}, {days}",
        "{summary}",
        "This is what you booked in one step.",
        "Each session has a mail of its own. {diary} If you cannot come to one of them, cancel it on its page, so that "
        "somebody else can have your place.",
    ),
    Kind.CHANGED: Text(
        "Updated: {title}, {day}", "This session has changed", "{changes}\n\n{reason}", "{standing} {diary} {cancel}"
    ),
    Kind.CANCELLED: Text(
        "Cancelled: {title}, {day}",
        "{headline}",
        "{news}\n\n{reason}",
        "{diary} {late} Your booking's page keeps the record, and the programme has other sessions.",
    ),
    Kind.DATE_CANCELLED: Text(
        "Out of your diary: {title}, {day}",
        "One date is taken out of your diary",
        "{news}",
        "The message with this mail takes this date out of your diary. You need do nothing: another mail says more.",
    ),
    Kind.PLACE_OFFERED: Text(
        "A place for you until {until}: {title}",
        "A place has come free for you",
        "A place on this session has come free, and you are the next in line. It is held for you until {until}.",
        "Say on the page below whether you take it. Opening the page settles nothing, and you need not sign in.\n\n"
        "If you do not answer by then, the place is not held for you any more, and you are no longer on the waiting "
        "list. If you do not need it, please say so on the page, so that somebody else can have it sooner.",
    ),
    Kind.OFFER_LAPSING: Text(
        "Still yours to take until {until}: {title}",
        "A place is still held for you",
        "We offered you a place on this session and have no answer yet. It is held for you until {until}.",
        "Say on the page below whether you take it. After that time it is not held for you any more, and you are "
        "no longer on the waiting list.",
    ),
    Kind.OFFER_LAPSED: Text(
        "No longer held for you: {title}, {day}",
        "The place is no longer held for you",
        "We offered you a place on this session and had no answer in time. It is not held for you any more, and you "
        "are no longer on the waiting list.",
        NO_LONGER_WAITING,
    ),
    Kind.OFFER_DECLINED: Text(
        "Offered place declined: {title}, {day}",
        "The place we offered you was declined",
        "We had offered you a place on this session, and it was declined for you. It is not held for you any more, "
        "and you are no longer on the waiting list.",
        NO_LONGER_WAITING,
    ),
    Kind.APPROVAL_PENDING: Text(
        "Your line manager is asked: {title}, {day}",
        "A place is held for you",
        "A place on this session is held for you. You have it for certain once your line manager agrees.",
        "We asked {manager}, who has until {until} to answer. {silence} We write to you either way.\n\n"
        "The invitation for your diary comes when the place is yours. If you do not need it any more, cancel on your "
        "booking's page.",
    ),
    Kind.APPROVAL_ASKED: Text(
        "{label} {person}: {title}, {day}",
        "Do you agree that {person} comes?",
        "{news} {person} wants to come to this session and named you as their line manager. Please say until {until} "
        "whether you agree.",
        "Answer on the page below; opening it settles nothing. No account or password is needed, and we never ask for "
        "one.\n\n{silence} {charges} If you are not {person}'s manager, please answer this mail and say so.",
    ),
    Kind.NOT_APPROVED: Text(
        "Not booked: {title}, {day}",
        "Your booking has ended",
        "{news}\n\n{reason}",
        "Please talk to them about it. If they change their mind, you can book again while there are places.",
    ),
    Kind.MANAGER_TOLD: Text(
        "{label}: {person}, {title}, {day}",
        "{headline}",
        "{news}",
        "{person} named you as their line manager, so we tell you. You need do nothing. {charges} If you are not their "
        "manager, please answer this mail and say so.",
    ),
    Kind.SUBSTITUTE_ASKED: Text(
        "Will you take {person}'s place? {title}, {day}",
        "Will you take {person}'s place?",
        "{person} cannot come to this session and asks whether you take the place. It is held for you until {until}.",
        "Say on the page below whether you take it; opening the page settles nothing. If you take it, you have a "
        "booking of your own, and the invitation for your diary comes by mail.\n\n"
        "If you say no, or do not answer by then, {person} keeps the place. If you do not know {person}, you need do "
        "nothing.",
    ),
    Kind.HANDOVER_ENDED: Text(
        "You still have your place: {title}, {day}",
        "{headline}",
        "{news} You still have it.",
        "On your booking's page you can ask another colleague. If nobody can come, cancel there, so that somebody else "
        "can have your place.",
    ),
    Kind.DECLINE_ASKED: Text(
        "{label} {title}, {day}",
        "{headline}",
        "Your calendar told us that you declined the invitation to this session. {news}",
        "{standing} Opening the page settles nothing, and you need not sign in.",
    ),
    Kind.GIVEN_AWAY: Text(
        "Given to a colleague: {title}, {day}",
        "Your place is given to a colleague",
        "{colleague} has your place on this session now. You no longer have one.",
        "{diary} You need do nothing more. Your booking's page keeps the record.",
    ),
    Kind.REMINDER: Text(
        "Reminder: {title}, {day}", "A session you have booked", "You have a place on this session.", "{cancel}"
    ),
    Kind.REMINDER_SOON: Text("In {ahead}: {title}", "Your session starts in {ahead}", "It is nearly time.", "{cancel}"),
    Kind.WEEK_AHEAD: Text(
        "Reminder: {summary} in {week}, from {days}",
        "You have booked {summary} of {week}",
        "You can say with one press, and without signing in, whether you come.",
        "If you cannot come to one of them, cancel it, so that somebody else can have your place.",
    ),
    Kind.JOINING: Text("{label}: {title}, {day}", "{headline}", "{news}", "{cancel}"),
    Kind.THANK_YOU: Text(
        "Thank you for coming: {title}, {day}", "Thank you for coming", "You were at this session.", "{questions}"
    ),
    Kind.QUESTIONS_REMINDER: Text(
        "How was it? {title}, {day}",
        "How was it?",
        "You were at this session, and have not told us yet how it was for you.",
        "Two minutes are enough. Trainers read what all said together, and nobody's name.",
    ),
    Kind.FOLLOW_UP: Text(
        "What has it changed? {title}, {day}",
        "What has it changed?",
        "Some weeks ago you were at this session.",
        "Is anything different since, in what you do? A minute is enough, and “nothing yet” is an answer too. Trainers "
        "read what all said together, and nobody's name.",
    ),
    Kind.ABSENCE: Text(
        "We missed you: {title}, {day}",
        "We missed you",
        "The register of this session says that you did not attend.",
        "If that is wrong, answer this mail and we put it right. Otherwise please choose on one page what kept you: it "
        "takes one press, needs no sign-in and helps us to plan. {charges}",
    ),
    Kind.ABSENCE_TOLD: Text(
        "Did not attend: {person}, {title}, {day}",
        "{person} did not attend",
        "{person} had a place on this session, and its register says that they did not attend.",
        "We have asked {person} already what kept them. They have not said, so please choose it on one page if you "
        "know; it needs no account. If this is wrong, answer this mail. {charges} {person} named you as their line "
        "manager, so we tell you. If you are not, please answer this mail and say so.",
    ),
    Kind.DIARY: Text(
        "Updated: {title}, {day}",
        "Your diary entry has another title",
        "{news}",
        "{diary} You can change it again under “My calendar” on our site.",
    ),
}
