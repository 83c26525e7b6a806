"""Somebody who would be helped by something, and those who could see it."""

from bookings import actions
from bookings.models import AccessNeed
from events.models import SessionTrainer, Trainer
from people.actions import grant_role
from tests.factories import NOW, PartnershipFactory, SessionFactory, UserFactory, VenueFactory

TEXT = "A seat near the front, please."


def make_need(*, session=None, text=TEXT, **person):
    """Book a session in person and say what would help."""
    session = session or SessionFactory(format="in_person", venue=VenueFactory(), title="Toolkit tour", capacity=9)
    session.refresh_from_db()
    booking = actions.book(session, practitioner=UserFactory(**person), at=NOW, need=text)
    return AccessNeed.objects.select_related("booking__session").get(booking=booking)


def make_trainer(session=None, *, email="trainer@example.org", name="Toni Sample"):
    """Make a trainer with an account and the role, who delivers the session."""
    user = UserFactory(email=email, name=name)
    trainer, _ = Trainer.objects.get_or_create(slug=email.split("@")[0], defaults={"name": name, "user": user})
    grant_role(user, "trainer", at=NOW)
    if session:
        SessionTrainer.objects.create(session=session, trainer=trainer)
    return trainer


def make_organiser(slug="hampshire"):
    """Make somebody who organises for a partnership."""
    user = UserFactory(email=f"organiser.{slug}@example.org")
    grant_role(user, "organiser", at=NOW, partnership=PartnershipFactory(slug=slug))
    return user
