"""Whom mail comes from: a partnership's own sender, frozen with the booking; what DNS should say of it."""

from io import StringIO

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from notifications import delivery
from notifications.checks import sender_is_on_our_domain
from notifications.management.commands.check_mail import Command
from notifications.name_server import CannotAsk, look_up, values_of
from notifications.sending_domains import Record, faults, records
from people.models import Partnership
from tests.factories import PartnershipFactory, make_booking
from tests.notifications.mails import entry_of, mail_of

pytestmark = pytest.mark.django_db
OWN = "hampshire@practice-weeks.example.org"


@pytest.fixture
def own_sender():
    partnership = PartnershipFactory()
    partnership.sender_email = OWN
    partnership.full_clean()
    partnership.save()
    return partnership


@pytest.mark.usefixtures("own_sender")
def test_mail_when_the_partnership_has_a_sender_then_from_envelope_and_organizer_are_it(sink, booked):
    booked()
    assert delivery.drain() == 1
    got = sink.received[0]
    assert got["From"].addresses[0].addr_spec == OWN
    assert got["From"].addresses[0].display_name == "Hampshire Safeguarding Children Partnership"
    assert got["Reply-To"] == "hampshire@example.gov.uk"
    assert got["Auto-Submitted"] == "auto-generated"
    assert str(entry_of(got).walk("VEVENT")[0]["ORGANIZER"]) == f"mailto:{OWN}"
    assert sink.envelopes == [(OWN, got["To"].addresses[0].addr_spec)]


def test_mail_when_the_sender_changes_then_bookings_that_are_made_keep_theirs(own_sender):
    first = make_booking()
    Partnership.objects.filter(pk=own_sender.pk).update(sender_email="new@practice-weeks.example.org")
    second = make_booking()
    assert mail_of(first, "confirmation")["From"].addresses[0].addr_spec == OWN
    assert second.organizer_email == "new@practice-weeks.example.org"


def test_sender_when_there_is_none_or_it_is_not_ours_any_more_then_it_is_the_sites(settings, own_sender):
    Partnership.objects.filter(pk=own_sender.pk).update(sender_email="")
    assert make_booking().organizer_email == settings.ORGANIZER_EMAIL
    Partnership.objects.filter(pk=own_sender.pk).update(sender_email="old@elsewhere.example.org")
    assert make_booking().organizer_email == settings.ORGANIZER_EMAIL


@pytest.mark.parametrize(
    ("address", "is_good"),
    [
        ("Hampshire@Practice-Weeks.example.org", True),
        ("a@elsewhere.example.org", False),
        ("a@notpractice-weeks.example.org", False),
        ("a@practice-weeks.example.org.evil.example.org", False),
        ("a@practice-weeks.example.org\r\nBcc: x@example.org", False),
        ("practice-weeks.example.org", False),
    ],
)
def test_sender_when_set_then_must_be_on_a_domain_of_ours(address, is_good):
    partnership = PartnershipFactory()
    partnership.sender_email = address
    if is_good:
        partnership.full_clean()
        assert partnership.sender_email == address.lower()
    else:
        with pytest.raises(ValidationError) as refused:
            partnership.full_clean()
        assert "sender_email" in refused.value.error_dict


def test_code_to_sign_in_when_sent_then_says_that_a_program_wrote_it(client):
    client.post("/sign-in/", {"email": "pat@example.org"})
    headers = mail.outbox[0].message()
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["Message-ID"].endswith("@practice-weeks.example.org>")


@pytest.mark.parametrize(
    ("sender", "replies", "is_good"),
    [
        ("A <a@weeks.example.org>", "weeks.example.org", True),
        ("a@example.org", "weeks.example.org", True),
        ("a@mail.weeks.example.org", "weeks.example.org", True),
        ("a@gmail.example.com", "weeks.example.org", False),
        ("a@evilweeks.example.org", "weeks.example.org", False),
        ("nobody", "weeks.example.org", False),
    ],
)
def test_deploy_check_when_the_sender_is_elsewhere_then_warns(settings, sender, replies, is_good):
    settings.DEFAULT_FROM_EMAIL, settings.REPLY_DOMAIN = sender, replies
    assert [found.id for found in sender_is_on_our_domain()] == ([] if is_good else ["notifications.W001"])


@pytest.fixture
def dns(settings):
    """What DNS holds, as it should."""
    settings.MAIL_SPF, settings.MAIL_DKIM_SELECTOR, settings.MAIL_DKIM_KEY = "include:spf.example.org", "s1", "AB CD"
    settings.MAIL_MX = "mx.example.org"
    domain = "practice-weeks.example.org"
    return {
        (domain, "TXT"): ["hello", "v=spf1 include:spf.example.org ~all"],
        (f"s1._domainkey.{domain}", "TXT"): ["v=DKIM1; k=rsa; p=AB CD"],
        (f"_dmarc.{domain}", "TXT"): ["v=DMARC1; p=reject; rua=mailto:x@example.org"],
        (domain, "MX"): ["10 MX.example.org."],
    }


def check(dns, *flags):
    out = StringIO()
    try:
        call_command(Command(look_up=lambda name, kind: dns.get((name, kind), [])), *flags, stdout=out)
    except CommandError as error:
        return out.getvalue(), str(error)
    return out.getvalue(), ""


@pytest.mark.usefixtures("own_sender")
def test_check_mail_when_dns_is_right_then_says_so_and_prints_what_to_copy(dns):
    said, error = check(dns, "--dns")
    assert error == ""
    assert said.count("agrees with DNS") == 4
    assert 'practice-weeks.example.org. 3600 IN TXT "v=spf1 include:spf.example.org -all"' in said
    assert 's1._domainkey.practice-weeks.example.org. 3600 IN TXT "v=DKIM1; k=rsa; p=ABCD"' in said
    assert "practice-weeks.example.org. 3600 IN MX 10 mx.example.org." in said
    assert OWN in said


@pytest.mark.usefixtures("dns")
def test_check_mail_when_not_asked_to_compare_then_asks_nobody():
    said, error = check({})
    assert error == ""
    assert "agrees" not in said
    assert "IN MX" in said


@pytest.mark.parametrize(
    ("name", "kind", "answers", "words"),
    [
        ("", "TXT", [], "There is none"),
        ("", "TXT", ["v=spf1 a -all", "v=spf1 include:spf.example.org -all"], "There are 2"),
        ("", "TXT", ["v=spf1 include:other.example.org -all"], "does not name include:spf.example.org"),
        ("", "TXT", ["v=spf1 include:spf.example.org +all"], "anybody may send"),
        ("s1._domainkey.", "TXT", [], "There is none"),
        ("s1._domainkey.", "TXT", ["v=DKIM1; p="], "withdrawn"),
        ("s1._domainkey.", "TXT", ["v=DKIM1; p=XY"], "another key"),
        ("_dmarc.", "TXT", [], "There is none"),
        ("_dmarc.", "TXT", ["v=DMARC1; p=none"], "policy is none"),
        ("", "MX", [], "nobody can answer"),
        ("", "MX", ["0 ."], "nobody can answer"),
        ("", "MX", ["10 other.example.org."], "not mx.example.org"),
    ],
)
def test_check_mail_when_a_record_is_wrong_then_names_it_and_fails(dns, name, kind, answers, words):
    dns[f"{name}practice-weeks.example.org", kind] = answers
    said, error = check(dns, "--dns")
    assert words in said
    assert error == "1 thing does not agree."


def test_check_mail_when_a_sender_is_not_ours_then_fails(dns, own_sender):
    Partnership.objects.filter(pk=own_sender.pk).update(sender_email="old@elsewhere.example.org")
    said, error = check(dns)
    assert "old@elsewhere.example.org is on no domain of ours" in said
    assert error


def test_check_mail_when_nobody_can_be_asked_then_says_so_and_does_not_fail(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    out = StringIO()
    call_command("check_mail", "--dns", stdout=out)
    assert "not compared: there is no dig on this machine" in out.getvalue()
    with pytest.raises(CannotAsk):
        look_up("example.org", "TXT")


def test_answer_when_read_then_long_texts_are_put_together():
    answer = (
        ";; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 1\n"
        'x.example.org. 300 IN CNAME y.example.org.\ny.example.org. 300 IN TXT "v=DKIM1; p=AB" "CD"\n'
        "x.example.org. 300 IN MX 10 mx.example.org.\n"
    )
    assert values_of(answer, "TXT") == ["v=DKIM1; p=ABCD"]
    assert values_of(answer, "MX") == ["10 mx.example.org."]


def test_record_when_its_value_is_long_then_is_written_in_pieces_that_dns_takes(settings):
    settings.MAIL_DKIM_KEY = "k" * 400
    line = next(record for record in records(["a@weeks.example.org"]) if record.purpose == "DKIM").line
    assert [len(piece) for piece in line.split('"')[1::2]] == [255, 400 + len("v=DKIM1; k=rsa; p=") - 255]
    assert faults(Record("DKIM", "x", "TXT", "", part="k"), ["p=k"]) == []
