"""What the rest of the site may hear about: sent inside the transaction that makes it true.

A receiver writes rows that must stand or fall with the change. Whatever leaves the database (a mail, a
queued task) waits for the commit.
"""

from django.dispatch import Signal

session_published = Signal()  # session, at; sent with the session row locked, before anybody sees it
# session, at, changes: {field: (old, new)}, reason in words or empty; a published session's diary entry changed
session_revised = Signal()
session_cancelled = Signal()  # session, at, actor, reason
# session, at, actor; sent with the session row locked when places, waiting list or the time of booking changed
capacity_changed = Signal()
# sessions: ids; a question, which changes nothing: answers {id: {way to take part: ModeCount}}
modes_asked = Signal()
# session, at, actor; sent with the session row locked when its further dates changed
parts_changed = Signal()
# session; a question, which changes nothing: answers the numbers of its parts whose registers have marks
marked_parts_asked = Signal()
