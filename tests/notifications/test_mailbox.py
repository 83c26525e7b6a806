"""Answers from the mailbox: each stored before it is marked as read, and none lost or counted twice."""

import pytest
from django.core.management import CommandError, call_command

from bookings.models import CalendarReply
from notifications import mailbox, replies, tasks
from notifications.checks import something_proves_answers
from notifications.models import InboundReply
from tests.factories import NOW, SessionFactory, UserFactory, make_booking
from tests.notifications.imap_server import running_mailbox
from tests.notifications.reply_mails import AUTHSERV, apple, gmail, vouched

pytestmark = pytest.mark.django_db


@pytest.fixture
def box(settings):
    settings.REPLY_AUTHSERV_ID = AUTHSERV
    with running_mailbox() as box:
        settings.REPLY_MAILBOX = box.settings
        yield box


@pytest.fixture
def booking():
    return make_booking(session=SessionFactory(), practitioner=UserFactory(email="pat@example.org"))


def fetch(box):
    return mailbox.fetch(box.settings, at=NOW)


def outcomes():
    return list(InboundReply.objects.order_by("pk").values_list("outcome", flat=True))


def test_fetch_then_each_is_stored_looked_at_and_marked_as_read(box, booking):
    box.add(gmail(booking, "accepted", minutes=1, headers=vouched()))
    box.add(apple(booking, "declined", minutes=2, headers=vouched()))
    box.add(b"From: kim@example.org\r\n\r\nHello\r\n")

    assert fetch(box) == 3

    assert outcomes() == ["taken", "taken", "odd"]
    assert list(CalendarReply.objects.values_list("partstat", flat=True)) == ["accepted", "declined"]
    assert bytes(InboundReply.objects.earliest("pk").raw) == box.mails[1]
    assert box.seen == {1, 2, 3}
    assert box.said[-1] == "LOGOUT"
    assert fetch(box) == 0


def test_fetch_when_storing_fails_then_the_mail_stays_unread_and_is_read_the_next_time(box, booking, monkeypatch):
    box.add(gmail(booking, headers=vouched()))

    def dies(*_, **__):
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(replies, "take_in", dies)
        with pytest.raises(RuntimeError):
            fetch(box)
    assert box.seen == set()

    assert fetch(box) == 1
    assert outcomes() == ["taken"]


def test_fetch_when_the_line_breaks_before_it_is_marked_then_it_counts_once(box, booking):
    box.add(gmail(booking, headers=vouched()))
    box.fails = "UID STORE"
    with pytest.raises(mailbox.MailboxAway):
        fetch(box)
    assert (outcomes(), box.seen) == (["taken"], set())

    box.fails = ""
    assert fetch(box) == 1
    assert (outcomes(), box.seen) == (["taken"], {1})
    assert CalendarReply.objects.count() == 1


def test_fetch_when_a_mail_is_huge_then_only_its_beginning_is_fetched(box, booking):
    box.add(gmail(booking, headers=vouched()) + b"x" * 5 * 1024 * 1024)

    fetch(box)

    row = InboundReply.objects.get()
    assert (row.outcome, row.size, len(row.raw)) == ("odd", len(box.mails[1]), 256 * 1024)
    assert "larger than 256 kB" in row.why


def test_fetch_when_a_mail_is_gone_meanwhile_then_the_others_are_read(box, booking, caplog):
    box.add(b"gone")
    box.add(gmail(booking, headers=vouched()))
    box.gone.add(1)

    assert fetch(box) == 1
    assert outcomes() == ["taken"]
    assert "was gone" in caplog.text


def test_fetch_when_many_wait_then_some_at_a_time(box, monkeypatch):
    monkeypatch.setattr(mailbox, "MOST_AT_ONCE", 2)
    for number in range(3):
        box.add(b"From: a@example.org\r\n\r\n%d\r\n" % number)

    assert [fetch(box), fetch(box), fetch(box)] == [2, 1, 0]


@pytest.mark.parametrize(
    "wrong",
    [{"password": "wrong"}, {"folder": 'no "such"'}, {"security": "tls"}, {"security": "starttls"}, {"port": 1}],
    ids=lambda value: next(iter(value)) + str(next(iter(value.values()))),
)
def test_fetch_when_it_is_not_let_in_then_says_that_the_mailbox_is_away(box, wrong):
    box.add(b"x")
    with pytest.raises(mailbox.MailboxAway):
        mailbox.fetch({**box.settings, **wrong}, at=NOW)
    assert box.seen == set()


@pytest.mark.usefixtures("clock")
def test_task_then_reads_the_mailbox_and_what_waits(box, booking):
    box.add(gmail(booking, headers=vouched()))
    tasks.read_replies()
    assert outcomes() == ["taken"]
    InboundReply.objects.update(outcome="")

    tasks.read_replies()

    assert outcomes() == ["taken"]


def test_task_when_the_mailbox_is_away_then_says_so_and_goes_on(box, settings, caplog):
    settings.REPLY_MAILBOX = {**box.settings, "port": 1}
    tasks.read_replies()
    assert "the mailbox for replies cannot be read" in caplog.text


def test_task_when_there_is_no_mailbox_then_asks_none(settings, caplog):
    settings.REPLY_MAILBOX = None
    tasks.read_replies()
    assert caplog.text == ""


def test_command_then_says_how_many_were_read(box, booking, capsys):
    box.add(gmail(booking, headers=vouched()))
    call_command("read_replies")
    assert "Mails read: 1." in capsys.readouterr().out


@pytest.mark.parametrize("away", [True, False])
def test_command_when_there_is_no_mailbox_then_says_so(box, settings, away):
    settings.REPLY_MAILBOX = {**box.settings, "port": 1} if away else None
    with pytest.raises(CommandError, match="cannot be read" if away else "names no mailbox"):
        call_command("read_replies")


@pytest.mark.parametrize(
    ("given", "warns"),
    [
        ({}, False),
        ({"REPLY_MAILBOX": {"host": "x"}}, True),
        ({"MAIL_PROVIDER": "postmark"}, True),
        ({"MAIL_PROVIDER": "postmark", "REPLY_TAGS": True}, False),
        ({"MAIL_PROVIDER": "postmark", "REPLY_AUTHSERV_ID": "mx"}, False),
    ],
)
def test_check_when_answers_are_read_and_nothing_proves_them_then_warns(settings, given, warns):
    for name, value in given.items():
        setattr(settings, name, value)
    assert [one.id for one in something_proves_answers()] == (["notifications.W002"] if warns else [])
