"""Who of those that wait may have a free place: quotas, shares, ways to take part, and when all is open."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bookings import actions, limits
from bookings.limits import Limits, Wanted
from bookings.models import Booking, BookingChange, SessionPolicy, terms_of
from bookings.policies import places_kept_until
from bookings.policy import Policy
from events.actions import revise_session
from events.errors import CapacityTooSmall
from events.models import Session
from people.models import Area
from tests.events.threads import at_once
from tests.factories import (
    NOW,
    OrganisationFactory,
    SessionFactory,
    UserFactory,
    VenueFactory,
)
from tests.factories.people import AreaFactory, SectorFactory

pytestmark = pytest.mark.django_db
SCHOOL, OTHER = Wanted(1, 1, "", 0), Wanted(2, 1, "", 0)


def person(organisation="example-school", *, sector="education-school", areas=(), **fields):
    """Somebody of an organisation of a sector, who works in these areas."""
    of = OrganisationFactory(slug=organisation, sector=SectorFactory(slug=sector, name=sector))
    found = UserFactory(organisation=of, **fields)
    found.areas.set([AreaFactory(slug=slug) for slug in areas])
    return found


def shared(capacity=4, *, areas=(), **policy):
    """A session whose places are shared by a policy of its own; it gives free places at once."""
    session = SessionFactory(capacity=capacity)
    session.areas.set([AreaFactory(slug=slug) for slug in areas])
    SessionPolicy.objects.create(session=session, values={"waiting_list": "automatic", **policy})
    return session


def hybrid(**fields):
    """A session with places at the venue and online; it gives free places at once."""
    session = SessionFactory(format="hybrid", venue=VenueFactory(), **fields)
    SessionPolicy.objects.create(session=session, values={"waiting_list": "automatic"})
    return session


def book(session, who=None, *, at=NOW, **words):
    session.refresh_from_db()
    return actions.book(session, practitioner=who or UserFactory(), at=at, **words)


def status(booking):
    return Booking.objects.get(pk=booking.pk).status


# The pure rules


def test_limits_when_nothing_is_kept_then_nobody_is_kept_out():
    full = Limits(Session(capacity=2), Policy(organisation_quota=1), keeps=False)
    full.add(SCHOOL)

    assert full.why_not(SCHOOL) is None


def test_limits_when_an_organisation_has_its_places_then_others_still_get_one():
    counted = Limits(Session(capacity=9), Policy(organisation_quota=1), keeps=True)
    counted.add(SCHOOL)

    assert counted.why_not(SCHOOL).code == "organisation_quota_reached"
    assert counted.why_not(SCHOOL).sentence == limits.ORGANISATION_FULL
    assert counted.why_not(OTHER) is None

    counted.add(SCHOOL, -1)
    assert counted.why_not(SCHOOL) is None


def test_limits_when_no_organisation_is_known_then_no_quota_counts():
    counted = Limits(Session(capacity=9), Policy(organisation_quota=1), keeps=True)
    nobody = Wanted(None, None, "", 0)
    counted.add(nobody)

    assert counted.why_not(nobody) is None


@pytest.mark.parametrize(("capacity", "percent", "share"), [(20, 25, 5), (3, 25, 1), (20, 0, None), (None, 25, None)])
def test_sector_share_when_asked_then_of_all_places_and_one_at_least(capacity, percent, share):
    assert limits.sector_share(Session(capacity=capacity), Policy(sector_quota_percent=percent)) == share


def test_limits_when_a_sector_has_its_share_then_another_still_gets_a_place():
    counted = Limits(Session(capacity=4), Policy(sector_quota_percent=25), keeps=True)
    counted.add(SCHOOL)

    assert counted.why_not(OTHER).sentence == limits.SECTOR_FULL
    assert counted.why_not(replace(OTHER, sector_id=2)) is None


def test_limits_when_somebody_is_of_another_area_then_kept_out_while_places_are_kept():
    outsider = replace(SCHOOL, priority=1)

    assert Limits(Session(), Policy(), keeps=True).why_not(outsider).sentence == limits.AREA_FIRST
    assert Limits(Session(), Policy(), keeps=False).why_not(outsider) is None


@pytest.mark.parametrize(("mode", "sentence"), list(limits.MODES.items()))
def test_limits_when_one_way_is_full_then_the_other_is_not(mode, sentence):
    session = Session(format="hybrid", **{f"{mode}_capacity": 1})
    counted = Limits(session, Policy(), keeps=False)
    counted.add(replace(SCHOOL, mode=mode))
    other = {"in_person": "online", "online": "in_person"}[mode]

    assert counted.why_not(replace(SCHOOL, mode=mode)).sentence == sentence
    assert counted.why_not(replace(SCHOOL, mode=other)) is None


# At the desk


def test_quota_when_reached_then_waits_and_gets_the_place_once_all_is_open():
    session = shared(capacity=4, organisation_quota=1)
    book(session, person())
    waits = book(session, person())
    other = book(session, person("example-hospital", sector="health-acute"))

    assert (waits.status, other.status) == ("waitlisted", "confirmed")

    released = places_kept_until(session, Policy())
    actions.release_places(at=released - timedelta(seconds=1))
    assert status(waits) == "waitlisted"
    actions.release_places(at=released)
    assert status(waits) == "confirmed"


def test_quota_when_no_policy_has_one_then_the_same_person_books():
    session = shared(capacity=4)  # the control
    book(session, person())

    assert book(session, person()).status == "confirmed"


def test_sector_share_when_reached_then_waits_while_another_sector_books():
    session = shared(capacity=4, sector_quota_percent=25)
    book(session, person())

    assert book(session, person("example-college")).status == "waitlisted"
    assert book(session, person("example-hospital", sector="health-acute")).status == "confirmed"


def test_outsider_when_places_are_kept_for_an_area_then_waits_until_release():
    session = shared(capacity=2, areas=["isle-of-wight"])
    outsider = book(session, person(areas=["hampshire"]))
    islander = book(session, person(areas=["isle-of-wight"]))

    assert (outsider.status, outsider.priority, islander.status) == ("waitlisted", 1, "confirmed")
    actions.release_places(at=places_kept_until(session, Policy()))
    assert status(outsider) == "confirmed"


@pytest.mark.parametrize("areas", [Area.objects.all, Area.objects.none], ids=["every area", "no area"])
def test_outsider_when_the_session_is_opened_to_all_then_comes_forward(areas):
    session = shared(capacity=2, areas=["isle-of-wight"])
    outsider = book(session, person(areas=["hampshire"]))

    revise_session(session.pk, at=NOW, areas=list(areas()))

    assert status(outsider) == "confirmed"
    assert Booking.objects.get(pk=outsider.pk).priority == 0


@pytest.mark.parametrize(("overrides", "priority"), [("They speak there.", 0), ("", 1)])
def test_outsider_when_the_session_is_full_then_waits_among_the_first_only_if_an_organiser_says_why(
    overrides, priority
):
    session = shared(capacity=1, areas=["isle-of-wight"])
    book(session, person(areas=["isle-of-wight"]))

    waits = book(session, person(areas=["hampshire"]), overrides=overrides)

    assert (waits.status, waits.priority) == ("waitlisted", priority)


def test_waiting_person_when_areas_become_narrower_then_keeps_their_standing():
    session = shared(capacity=1, areas=[])
    book(session, person(areas=["isle-of-wight"]))
    waits = book(session, person(areas=["hampshire"]))

    revise_session(session.pk, at=NOW, areas=[AreaFactory(slug="isle-of-wight")])

    assert Booking.objects.get(pk=waits.pk).priority == 0


def test_free_place_when_the_first_may_not_have_it_then_the_next_does_and_history_says_so():
    session = shared(capacity=2, organisation_quota=1)
    first = book(session, person())
    gives_up = book(session, person("example-hospital", sector="health-acute"))
    passed = book(session, person())
    gets_it = book(session, person("example-college"))

    actions.cancel(gives_up, at=NOW)

    assert (status(first), status(passed), status(gets_it)) == ("confirmed", "waitlisted", "confirmed")
    change = BookingChange.objects.get(booking=passed, verb="passed_over")
    assert change.reason == limits.ORGANISATION_FULL
    session.refresh_from_db()
    assert (session.places_taken, session.waiting) == (2, 1)


def test_free_place_when_the_first_has_it_then_nobody_behind_is_said_to_be_passed_over():
    session = shared(capacity=3, organisation_quota=1)
    gives_up, other = book(session, person()), person("example-hospital", sector="health-acute")
    book(session, other)
    passed, gets_it = book(session, person("example-hospital")), book(session, person())
    behind = book(session, person())

    actions.cancel(gives_up, at=NOW)

    assert [status(one) for one in (passed, gets_it, behind)] == ["waitlisted", "confirmed", "waitlisted"]
    assert list(BookingChange.objects.filter(verb="passed_over").values_list("booking", flat=True)) == [passed.pk]


@pytest.mark.parametrize(
    "limited",
    [
        lambda: shared(organisation_quota=1),
        lambda: shared(sector_quota_percent=25),
        lambda: hybrid(capacity=4, in_person_capacity=1, online_capacity=3),
    ],
    ids=["organisation", "sector", "venue"],
)
def test_limit_when_reached_then_a_place_goes_to_a_colleague_of_the_same_kind(limited):
    session = limited()
    booking = book(session, person(), mode="in_person")
    assert book(session, person(), mode="in_person").status == "waitlisted"  # the limit is reached

    taken = actions.substitute(booking, practitioner=person(), actor=UserFactory(), source="organiser", at=NOW)

    assert (taken.status, status(booking)) == ("confirmed", "substituted")


# Ways to take part


def test_venue_when_full_then_the_next_waits_and_online_is_open():
    session = hybrid(capacity=9, in_person_capacity=1, online_capacity=8)
    book(session, mode="in_person")

    waits = book(session, mode="in_person")
    online = book(session, mode="online")

    assert (waits.status, online.status) == ("waitlisted", "confirmed")


def test_venue_when_somebody_there_cancels_then_the_first_for_the_venue_gets_it():
    session = hybrid(capacity=2, in_person_capacity=1, online_capacity=1)
    there, _ = book(session, mode="in_person"), book(session, mode="online")
    for_online, for_venue = book(session, mode="online"), book(session, mode="in_person")

    actions.cancel(there, at=NOW)

    assert (status(for_online), status(for_venue)) == ("waitlisted", "confirmed")


def test_venue_when_full_then_an_organiser_cannot_book_over_its_limit():
    session = hybrid(capacity=9, in_person_capacity=1, online_capacity=8)
    book(session, mode="in_person")

    assert book(session, mode="in_person", overrides="They speak there.").status == "waitlisted"


def test_venue_when_it_gets_more_places_then_those_who_wait_for_it_have_them():
    session = hybrid(capacity=9, in_person_capacity=1, online_capacity=8)
    book(session, mode="in_person")
    waits = book(session, mode="in_person")

    revise_session(session.pk, at=NOW, in_person_capacity=2)

    assert status(waits) == "confirmed"


@pytest.mark.parametrize(("mode", "where"), [("in_person", "at the venue"), ("online", "online")])
def test_mode_when_lowered_below_what_is_taken_then_refused_with_the_number(mode, where):
    session = hybrid(capacity=9)
    for _ in range(2):
        book(session, mode=mode)

    with pytest.raises(CapacityTooSmall) as refused:
        revise_session(session.pk, at=NOW, **{f"{mode}_capacity": 1})

    assert refused.value.sentence == f"2 places are taken {where}, so there must be at least that many."
    assert refused.value.field == f"{mode}_capacity"
    session.refresh_from_db()
    assert not session.has_limits_by_mode
    revise_session(session.pk, at=NOW, **{f"{mode}_capacity": 2})  # the control


def test_mode_when_somebody_never_said_how_they_come_then_counted_at_the_venue():
    session = hybrid(capacity=9)
    book(session)

    with pytest.raises(CapacityTooSmall, match="1 place is taken at the venue"):
        revise_session(session.pk, at=NOW, in_person_capacity=0)


def test_count_modes_when_some_have_and_some_wait_then_both_are_counted_apart(django_assert_num_queries):
    session = hybrid(capacity=9, in_person_capacity=1, online_capacity=8)
    for mode in ("in_person", "in_person", "online"):
        book(session, mode=mode)

    with django_assert_num_queries(1):
        counts = limits.count_modes([session.pk])[session.pk]

    assert {mode: (one.taken, one.waiting) for mode, one in counts.items()} == {"in_person": (1, 1), "online": (1, 0)}


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_venue_when_it_is_lowered_while_people_book_then_never_more_come_than_it_holds():
    for number in range(6):
        session = hybrid(capacity=9, code=f"RACE{number}")
        people = [UserFactory() for _ in range(4)]

        ends = at_once(
            lambda session=session: revise_session(session.pk, at=NOW, in_person_capacity=2),
            *(
                lambda one=one, session=session: actions.book(session, practitioner=one, at=NOW, mode="in_person")
                for one in people
            ),
        )

        assert not [end for end in ends if isinstance(end, Exception) and not isinstance(end, CapacityTooSmall)]
        session.refresh_from_db()
        there = Booking.objects.filter(session=session, status="confirmed", mode="in_person").count()
        assert session.in_person_capacity is None or there <= 2
        assert session.places_taken == there
        assert isinstance(ends[0], CapacityTooSmall) is (session.in_person_capacity is None)


def test_terms_when_a_session_has_limits_then_in_force_without_a_policy():
    session = hybrid(capacity=9, in_person_capacity=1)

    assert limits.are_in_force(session, terms_of([session])[session.pk], at=NOW)
