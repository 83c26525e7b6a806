"""The organisers' pages about policies: read, decided in versions, and otherwise for one session."""

from datetime import timedelta

import pytest

from bookings.models import PartnershipPolicy, SessionPolicy
from bookings.policy import KEYS, as_json
from events.models import SessionHost
from tests.bookings.desk import set_policy, set_session_policy
from tests.factories import START, OrganisationFactory, SessionFactory, UserFactory, make_booking, make_queued
from tests.pages import markup

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
PAGE = "/organise/policies/hampshire/"


def form(as_of=0, **values):
    """The whole form as a browser sends it: the defaults, and what differs."""
    sent = {name: as_json(key.default) for name, key in KEYS.items() if not key.fixed}
    typed = {name: "\n".join(map(str, v)) if isinstance(v, list) else v for name, v in {**sent, **values}.items()}
    return {**typed, "as_of": as_of}


def test_policy_when_saved_then_a_new_version_that_tells_who_changed_what(organiser, hampshire):
    assert "Nothing is decided yet" in markup(organiser.get("/organise/policies/"))

    answer = organiser.post(PAGE, form(offer_hours=48, closures="2027-12-24\r\n2027-12-23"), follow=True)

    row = PartnershipPolicy.objects.get()
    assert row.values == {"offer_hours": 48, "closures": ["2027-12-23", "2027-12-24"]}
    assert (row.version, row.made_by) == (1, organiser.person)
    assert "Version 1 holds from now on." in markup(answer)
    assert "Hours an offer holds</dt><dd>48" in markup(answer)
    assert "48" in markup(organiser.get("/organise/policies/"))


def test_policy_when_nothing_differs_then_no_version(organiser):
    organiser.post(PAGE, form(offer_hours=48))
    assert "Nothing differs." in markup(organiser.post(PAGE, form(as_of=1, offer_hours=48), follow=True))

    assert PartnershipPolicy.objects.count() == 1


def test_policy_when_somebody_else_saved_meanwhile_then_refused_and_nothing_is_lost(organiser):
    set_policy(offer_hours=12)

    answer = organiser.post(PAGE, form(as_of=0, offer_hours=48))

    assert answer.status_code == 409
    assert "changed since you opened the page" in markup(answer)
    assert PartnershipPolicy.objects.count() == 1


def test_policy_when_values_cannot_be_used_then_each_said_at_its_field_and_nothing_saved(organiser):
    answer = organiser.post(PAGE, form(offer_hours="soon", closures="tomorrow", manager="maybe"))

    assert answer.status_code == 400
    assert "Enter a whole number from 1 to 240." in markup(answer)
    assert "“tomorrow” is no date." in markup(answer)
    assert not PartnershipPolicy.objects.exists()


def test_policy_of_a_partnership_one_does_not_organise_then_not_there(organiser, island, client):
    set_policy(island)

    for method in (organiser.get, organiser.post):
        assert method("/organise/policies/isle-of-wight/").status_code == 404
    assert organiser.get(PAGE).status_code == 200  # the control
    assert "Isle Of Wight" not in markup(organiser.get("/organise/policies/"))
    assert client.get(PAGE).status_code == 302
    client.force_login(make_booking().practitioner)
    assert client.get(PAGE).status_code == 404


def test_keys_that_nothing_acts_on_then_say_so(organiser):
    inert = sum(not key.acts for key in KEYS.values())

    assert markup(organiser.get(PAGE)).count("Kept with each booking; nothing acts on it yet.") == inert > 0
    assert KEYS["questions_after_days"].acts


def test_session_when_it_has_something_else_then_that_holds_and_empty_is_the_partnerships(organiser):
    set_policy(offer_hours=12)
    session = SessionFactory()
    page = f"/organise/sessions/{session.pk}/policy/"
    assert "The partnership has: 12." in markup(organiser.get(page))
    as_of = organiser.get(page).context["as_of"]

    assert organiser.post(page, {"offer_hours": "5", "as_of": as_of}).status_code == 302
    assert SessionPolicy.objects.get().values == {"offer_hours": 5}
    assert organiser.post(page, {"as_of": as_of}).status_code == 409
    assert organiser.post(page, {"as_of": organiser.get(page).context["as_of"]}).status_code == 302
    assert not SessionPolicy.objects.exists()


def test_session_when_places_are_no_longer_kept_then_whoever_waits_is_offered_one(organiser):
    session = SessionFactory(capacity=2)
    set_session_policy(session, organisation_quota=1)
    school = make_booking(session=session).practitioner
    booking = _of_the_same_school(session, school)
    assert booking.status == "waitlisted"
    page = f"/organise/sessions/{session.pk}/policy/"

    organiser.post(page, {"as_of": organiser.get(page).context["as_of"]})

    booking.refresh_from_db()
    assert booking.status == "offered"


def _of_the_same_school(session, first):
    """Book the second person of one organisation."""
    school = OrganisationFactory()
    type(first).objects.filter(pk=first.pk).update(organisation=school)
    first.bookings.model.written.filter(practitioner=first).update(organisation=school)
    return make_queued(session=session, practitioner=UserFactory(organisation=school))


def test_joint_session_then_only_the_leading_partnership_changes_it_and_others_read(organiser, island):
    session = SessionFactory(host=island)
    page = f"/organise/sessions/{session.pk}/policy/"
    assert organiser.get(page).status_code == 404
    SessionHost.objects.create(session=session, partnership=organiser.person.role_grants.get().partnership)

    read = organiser.get(page)

    assert "leads this session and decides about its bookings" in markup(read)
    assert '<form class="form"' not in markup(read)
    assert organiser.post(page, {"offer_hours": "5"}).status_code == 403
    assert not SessionPolicy.objects.exists()


def test_session_beyond_the_announced_bank_holidays_then_warned(organiser):
    late = SessionFactory(starts_at=START + timedelta(days=364))
    soon = SessionFactory()

    assert "Bank holidays are announced until" in markup(organiser.get(f"/organise/sessions/{late.pk}/policy/"))
    assert "Bank holidays are announced" not in markup(organiser.get(f"/organise/sessions/{soon.pk}/policy/"))
