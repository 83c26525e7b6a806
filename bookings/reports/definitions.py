"""What the words of reports mean: said once here, and printed on every report that uses them."""

from typing import Final

from bookings.reports.suppression import LEAST

SCOPE: Final = (
    "Counted are sessions of the partnerships named above that have begun and were not cancelled. A joint session is "
    "counted whole for each partnership that hosts it, and once in a total."
)
BOOKED: Final = "Booked: bookings that had a place at any time, whatever became of them."
CANCELLED: Final = (
    "Cancelled in time, cancelled late: gave the place up before the deadline that held on the day of booking, or "
    "after it."
)
GIVEN_AWAY: Final = "Given away: the place went to a colleague, whose own booking is counted too."
EXPECTED: Final = "Expected: had a place when the session began."
ATTENDED: Final = (
    "Attended: the register says that the person came, also late or for a part. A part: late or left early."
)
WALK_IN: Final = "Walked in: came without a booking. They are among those who attended, and not among the expected."
ABSENT: Final = (
    "Did not attend, excused, not marked: what the register says of the others who were expected. "
    "Expected and walked in together are attended, did not attend, excused and not marked."
)
RATE: Final = "Attendance rate: those who attended without those who walked in, as a share of the expected."
FILL: Final = "Filled: expected as a share of the places. Sessions without a limit are left out."
PEOPLE: Final = (
    "People: different people who attended. One person who came three times is three attendances and one of the "
    "people. People of several rows must not be added up: somebody may be in more than one."
)
ATTRIBUTION: Final = (
    "By area: a person who works in several areas is counted in each of them, and once in the total. Where people "
    "work is what they have told us of themselves."
)
THEN: Final = "Organisation, sector and role are what they were on the day of booking."
SMALL: Final = (
    f"A number from 1 to {LEAST - 1} is hidden, because it may point to a person; so is any other number from which it "
    "could be worked out. Nought is shown."
)
MERGED: Final = f"Organisations with fewer than {LEAST} people are shown together in one row."
HOURS: Final = "Hours: planned length of the sessions held, with all their dates. Days: days on which one began."
CANCELLED_SESSIONS: Final = "Sessions cancelled: those that would have begun by now."
WAITING: Final = "Still waiting at the start: on the waiting list when the session began."
TEAM: Final = "Small numbers are shown, because this is for those who run the sessions. Think before you pass it on."
LISTED: Final = "This list names people. It is for those who run the sessions, and is not published."
NOTICE: Final = "Notice: whole working days between the day of cancelling and the day of the session, neither counted."
WAITED: Final = (
    "Waited: bookings that were on the waiting list at some time. Most at a time: how many waited at once. Who never "
    "had a place is deleted some months after the session, as the policy says, and counted no more from then on."
)
OFFERS: Final = (
    "Offered, accepted, lapsed, declined: how many of them were offered a place at least once, and what they did."
)
PLACED: Final = "Had a place in the end: however they came by it, and whatever became of it. The others never had one."
JOINT: Final = (
    "Only: people who have told us that they work in this area and in no other of these partnerships. Several: in more "
    "than one. Elsewhere: in none of them. Each person is in one column, and All counts everybody once."
)
LENT: Final = (
    "A session with two trainers is one session, and its hours count for each of them. Organisations are those that "
    "trainers' pages name."
)
PROGRAMME: Final = (
    "Sessions that take place, held or coming, of the partnerships named above; places left are those of now."
)
PLACES: Final = (
    "Everybody with a place on a session that takes place, held or coming. The need itself is not said here."
)
NEEDS: Final = "Needs of people on sessions that have not ended. They are deleted soon after a session."
ATTENDED_HOURS: Final = (
    "Hours: how long the sessions that were held were planned to take, with all their dates. "
    "Days: days on which one began."
)
MULTI: Final = "Multi-agency: somebody of another organisation had a place on the session too."
DUE: Final = (
    "Due: one month after it was received; for a complaint, the 30 days in which it has to be acknowledged. "
    "Administrators note requests in the admin."
)
RETENTION: Final = (
    "Rows: what a nightly run deleted, or took names off, because its time was over. A run that found nothing is not "
    "listed."
)
REACH: Final = (
    "Opened: the link was followed from here. Downloaded: the file was sent. Nobody is known or counted apart: the "
    "same person twice is two. What browsers fetch ahead or have already is not counted; a program that reads the "
    "site may be. Counted are resources of the partnerships named above and of everybody, on days of London's clock."
)
CHARGED: Final = (
    "Amounts are those of the policy on the day of booking. Nobody pays here: this is for the finance office."
)
CERTIFICATES: Final = "Certificate: the code of the one that holds. Anybody can check it on this site."
RESPONSES: Final = "Response rate: those who gave feedback after the session, as a share of those who attended."
MEANS: Final = "Means are of numbers from 1 to 5, with one decimal. Before: what people said before the session."
CHANGE: Final = "Change: the mean of the differences of those who answered before and after, and of nobody else."
SCORE: Final = "Mean score: of everything that was answered on scales from 1 to 5 after the session."
FEW_ANSWERS: Final = (
    f"A mean of fewer than {LEAST} people is hidden. The total is of the means that are shown, and of no others."
)
COMMENTS: Final = "Comments: texts that were written and not taken out. They are read on the session's own page."
ASKED: Final = "Asked: those who attended and whose day of being asked what it changed has come."
CHOSEN: Final = (
    "How many people chose each answer: whether they used what they learnt, where it made a difference, whether they "
    "talked about it with their line manager, and what stood in the way. Some chose several. A session of several "
    "topics is counted in each of them, and once in the total."
)
