"""What we announce, inside the transaction that makes it true."""

from django.dispatch import Signal

# session, changes: list[BookingChange] with their bookings, at. Receivers write rows that stand or fall with
# the change; what leaves the database waits for the commit.
bookings_changed = Signal()

# session, marks: list[AttendanceMark] with their bookings, at. Sent in the transaction that writes them.
attendance_changed = Signal()

# session, at. Sent in the transaction that closes its register.
register_closed = Signal()

# sessions: QuerySet[Session], at. Sent in the transaction in which what holds for them was decided anew.
policy_changed = Signal()

# plan: UUID, practitioner. Sent after the changes of one step that booked several sessions, in its transaction.
plan_booked = Signal()

# bookings: list[int], their numbers. Sent before they are deleted because their time is over, in that transaction:
# whoever has rows about them deletes those now.
bookings_forgotten = Signal()
