"""What a mail provider calls: there only with its secret, and taken in only from whoever has it."""

import base64
import json

import pytest
import time_machine
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings
from django.urls import include, path

from bookings.models import CalendarReply
from config.urls import urlpatterns as site_urls
from notifications.models import InboundReply, ProviderEvent
from notifications.webhooks import webhooks_of
from tests.factories import NOW, SessionFactory, UserFactory, make_booking
from tests.notifications.mails import row_of
from tests.notifications.reply_mails import AUTHSERV, SHAPES, vouched

pytestmark = pytest.mark.django_db
SECRET = "provider:a-password-that-nobody-guesses"


class Urls:
    urlpatterns = [*site_urls, path("webhooks/", include(webhooks_of("postmark")))]


@pytest.fixture(autouse=True)
def _site(settings):
    settings.REPLY_AUTHSERV_ID = AUTHSERV
    settings.ANYMAIL = {"WEBHOOK_SECRET": [SECRET]}
    with override_settings(ROOT_URLCONF=Urls), time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def booking():
    return make_booking(session=SessionFactory(), practitioner=UserFactory(email="pat@example.org"))


def call(client, what, body, *, secret=SECRET):
    headers = {"Authorization": f"Basic {base64.b64encode(secret.encode()).decode()}"} if secret else {}
    address = f"/webhooks/postmark/{what}/"
    return client.post(address, json.dumps(body), content_type="application/json", headers=headers)


def handed_over(raw):
    """As the provider sends a mail with all its letters."""
    return {"RecordType": "Inbound", "From": "pat@example.org", "RawEmail": raw.decode("utf-8")}


@pytest.mark.parametrize("shape", SHAPES)
def test_answer_with_the_right_secret_then_counts_and_twice_is_as_once(client, booking, shape):
    body = handed_over(SHAPES[shape](booking, headers=vouched()))

    answers = [call(client, "inbound", body).status_code for _ in range(2)]

    assert answers == [200, 200]
    row = InboundReply.objects.get()
    assert (row.outcome, row.way, row.booking) == ("taken", "provider", booking)
    assert CalendarReply.objects.get().partstat == "declined"


@pytest.mark.parametrize("secret", ["", "provider:wrong", "other:a-password-that-nobody-guesses"])
def test_answer_with_another_secret_or_none_then_refused_and_nothing_is_kept(client, booking, secret):
    body = handed_over(SHAPES["gmail"](booking, headers=vouched()))

    assert call(client, "inbound", body, secret=secret).status_code == 400
    assert not InboundReply.objects.exists()
    assert not CalendarReply.objects.exists()


def test_answer_without_the_letters_of_the_mail_then_kept_for_a_look(client):
    body = {"From": "pat@example.org", "To": "x@example.org", "Subject": "Hello", "TextBody": "May Kim come?"}
    body |= {"Headers": [], "Attachments": [], "FromFull": {"Email": "pat@example.org", "Name": ""}}

    assert call(client, "inbound", body).status_code == 200
    assert InboundReply.objects.get().outcome == "odd"


def test_what_came_back_then_goes_the_same_way(client, booking):
    message = row_of(booking, "confirmation")
    body = {"RecordType": "Delivery", "MessageID": message.message_id.strip("<>"), "Recipient": "pat@example.org"}
    body |= {"DeliveredAt": "2027-05-04T09:00:00Z", "Details": "OK"}

    assert call(client, "tracking", body).status_code == 200
    assert ProviderEvent.objects.get().kind == "delivered"


def test_other_providers_then_are_not_there(client):
    assert client.post("/webhooks/mandrill/", {}).status_code == 404
    with pytest.raises(ImproperlyConfigured, match="MAIL_PROVIDER is 'pigeon'"):
        webhooks_of("pigeon")


def test_site_without_a_secret_then_has_no_such_address():
    assert not [one for one in site_urls if str(one.pattern).startswith("webhooks/")]
