"""Weeks, topics and sessions."""

from datetime import timedelta

import factory

from events.models import (
    PracticeWeek,
    Resource,
    Room,
    Session,
    SessionHost,
    SessionTopic,
    Theme,
    Trainer,
    Venue,
    WeekDay,
    WeekHost,
)
from tests.factories.instants import NOW, START, WEEK_STARTS
from tests.factories.people import PartnershipFactory


class ThemeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Theme
        django_get_or_create = ("slug",)

    slug = "professional-curiosity"
    name = factory.LazyAttribute(lambda o: o.slug.replace("-", " ").capitalize())


class VenueFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Venue
        django_get_or_create = ("slug",)

    slug = "example-hall"
    name = "Example Hall"
    address = "1 Example Street, Newport"


class RoomFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Room
        django_get_or_create = ("venue", "name")

    venue = factory.SubFactory(VenueFactory)
    name = "Example Room"
    seats = 30


class TrainerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Trainer
        django_get_or_create = ("slug",)

    slug = "sam-example"
    name = factory.LazyAttribute(lambda o: o.slug.replace("-", " ").title())


class WeekFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PracticeWeek
        django_get_or_create = ("slug",)
        skip_postgeneration_save = True

    slug = "2027-06-learning-from-reviews"
    title = "Learning from Reviews"
    starts_on = WEEK_STARTS
    state = PracticeWeek.State.PUBLISHED

    @factory.post_generation
    def host(self, create, extracted, **_):
        """Hampshire leads unless told; `host=None` leaves the week without."""
        if create and not self.week_hosts.exists():
            WeekHost.objects.create(week=self, partnership=extracted or PartnershipFactory(), is_lead=True)


class TopicFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SessionTopic

    week = factory.SubFactory(WeekFactory)
    slug = factory.Sequence(lambda n: f"topic-{n}")
    title = "Sharing information with confidence"


class SessionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Session
        skip_postgeneration_save = True

    topic = factory.SubFactory(TopicFactory, week=factory.SelfAttribute("..week"))
    week = factory.SubFactory(WeekFactory)
    code = factory.Sequence(lambda n: f"S{n}")
    title = "Sharing information with confidence"
    format = Session.Format.ONLINE
    starts_at = START
    ends_at = factory.LazyAttribute(lambda o: o.starts_at + timedelta(minutes=90))
    capacity = 2
    state = Session.State.PUBLISHED

    @factory.post_generation
    def host(self, create, extracted, **_):
        """Hampshire leads unless told."""
        if create:
            SessionHost.objects.create(session=self, partnership=extracted or PartnershipFactory(), is_lead=True)


def make_resource():
    return Resource.objects.create(slug="toolkit", title="Toolkit", kind="toolkit", released_at=NOW)


def make_host():
    return WeekFactory().week_hosts.get()


def make_session_host():
    return SessionFactory().session_hosts.get()


def make_day():
    return WeekDay.objects.create(week=WeekFactory(), number=1)
