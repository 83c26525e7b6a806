"""An outbox that is due, and a mail server that listens."""

from datetime import timedelta

import pytest
from django.utils import timezone

import config.urls
from notifications.models import Message
from tests.factories import SessionFactory, UserFactory, make_booking
from tests.faults.smtp_sink import running_sink


@pytest.fixture
def now():
    """The real time: the outbox goes by the database's clock, which no test can set."""
    return timezone.now()


@pytest.fixture
def session(now):
    """A session two weeks ahead, with room for everybody."""
    starts_at = (now + timedelta(days=14)).replace(hour=10, minute=0, second=0, microsecond=0)
    return SessionFactory(starts_at=starts_at, capacity=None)


@pytest.fixture
def sink(settings):
    """A mail server, and settings that name it."""
    with running_sink() as sink:
        assert config.urls.urlpatterns  # read before the next line, so that the inbox's pages stay there
        settings.LOCAL_INBOX = False
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        settings.EMAIL_HOST_USER, settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = "", False, False
        settings.OUTBOX_SMTP_SECONDS = 5
        settings.OUTBOX_PAUSE_SECONDS = 3600
        yield sink


@pytest.fixture
def booked(session, now):
    """Book somebody now and return their confirmation, which is due."""

    def book(**person):
        booking = make_booking(session=session, practitioner=UserFactory(**person), at=now - timedelta(seconds=5))
        return Message.objects.get(booking=booking, kind="confirmation")

    return book
