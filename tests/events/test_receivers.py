"""The programme's revision rises with every change of it, and with nothing else."""

import pytest
from django.db import transaction

from events.models import DayTheme, KeyMessage, ProgrammeRevision, Resource, Venue, WeekPresentation
from people.models import Area, Partnership
from tests.factories import (
    NOW,
    PartnershipFactory,
    SessionFactory,
    ThemeFactory,
    TopicFactory,
    UserFactory,
    VenueFactory,
    WeekFactory,
    make_booking,
)
from tests.factories.events import make_day, make_host, make_resource, make_session_host

pytestmark = pytest.mark.django_db


def revision():
    return ProgrammeRevision.objects.values_list("number", flat=True).first() or 0


MAKERS = {
    "week": WeekFactory,
    "host": make_host,
    "presentation": lambda: WeekPresentation.objects.create(
        week=WeekFactory(), partnership=PartnershipFactory(), title="Reviews"
    ),
    "day": make_day,
    "day's theme": lambda: DayTheme.objects.create(day=make_day(), theme=ThemeFactory()),
    "theme": ThemeFactory,
    "alias": lambda: ThemeFactory().aliases.create(name="information sharing"),
    "topic": TopicFactory,
    "session": SessionFactory,
    "session's host": make_session_host,
    "venue": VenueFactory,
    "resource": make_resource,
    "key message": lambda: KeyMessage.objects.create(week=WeekFactory(), heading="One", released_at=NOW),
    "partnership": PartnershipFactory,
    "area": lambda: Area.objects.create(slug="other", name="Other"),
}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_revision_rises_when_a_row_is_made_or_saved(make):
    row = make()
    made = revision()
    assert made > 0
    row.save()
    assert revision() == made + 1


def test_revision_rises_when_a_row_is_deleted():
    venue = VenueFactory()
    before = revision()
    Venue.objects.get(pk=venue.pk).delete()
    assert revision() == before + 1


@pytest.mark.parametrize(
    "link",
    [
        lambda: TopicFactory().themes.add,
        lambda: make_resource().themes.add,
    ],
    ids=["topic", "resource"],
)
def test_revision_rises_when_themes_are_linked(link):
    add, theme = link(), ThemeFactory()
    before = revision()
    add(theme)
    assert revision() > before


def test_revision_rises_when_resources_are_related():
    toolkit = make_resource()
    pack = Resource.objects.create(slug="pack", title="Pack", kind="stop_pack", released_at=NOW)
    before = revision()
    toolkit.related.add(pack)
    assert revision() > before


def test_revision_stays_when_a_place_is_booked():
    session, person = SessionFactory(), UserFactory()
    before = revision()
    make_booking(session=session, practitioner=person)
    assert revision() == before


def test_revision_stays_when_the_change_is_taken_back():
    partnership = PartnershipFactory()
    before = revision()
    with transaction.atomic():
        partnership.save()
        assert revision() == before + 1
        transaction.set_rollback(True)
    assert revision() == before
    assert Partnership.objects.exists()


def test_revision_has_one_row_however_often_it_rises():
    for number in range(3):
        VenueFactory(slug=f"venue-{number}")
    assert list(ProgrammeRevision.objects.values_list("pk", flat=True)) == [1]
