"""What partnerships decide about bookings, and what a session has otherwise."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Subquery
from django.utils import timezone

from bookings.policy import Policy
from events.models import Session, SessionHost
from people.models import Partnership


class PartnershipPolicy(models.Model):
    """One version of a partnership's policy; a new one is added, and an old one is never changed."""

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="policies")
    version = models.PositiveSmallIntegerField()
    values = models.JSONField(default=dict, blank=True, help_text="What differs from the defaults, by key.")
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name_plural = "partnership policies"
        ordering = ["partnership", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["partnership", "version"],
                name="partnership_policy_version_once",
                violation_error_message="There is this version already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partnership}, version {self.version}"


class SessionPolicy(models.Model):
    """What one session has otherwise than the policy of the partnership that leads it."""

    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="own_policy")
    values = models.JSONField(default=dict, blank=True, help_text="What differs from the partnership's, by key.")

    class Meta:
        verbose_name_plural = "session policies"

    def __str__(self) -> str:
        return f"Policy of {self.session}"


@dataclass(frozen=True)
class Terms:
    """On what terms a session is booked: its policy, and which of its rules there is anything to ask about."""

    policy: Policy
    one_sitting: bool
    is_restricted: bool


def policy_of(session: Session) -> Policy:
    """Return what holds for a session: the defaults, the leading partnership's newest version, and its own."""
    return terms_of([session])[session.pk].policy


def terms_of(sessions: Iterable[Session]) -> dict[int, Terms]:
    """Return by id on what terms each of several sessions is booked, in one query."""
    lead = SessionHost.objects.filter(session=OuterRef(OuterRef("pk"))).order_by("-is_lead", "partnership__position")
    newest = PartnershipPolicy.objects.filter(partnership=Subquery(lead.values("partnership")[:1])).order_by("-version")
    own = SessionPolicy.objects.filter(session=OuterRef("pk"))
    areas, sectors = Session.areas.through.objects, Session.sectors.through.objects
    rows = (
        Session.objects.filter(pk__in=[session.pk for session in sessions])
        .order_by()
        .annotate(
            of_partnership=Subquery(newest.values("values")[:1]),
            of_session=Subquery(own.values("values")[:1]),
            is_restricted=Exists(areas.filter(session=OuterRef("pk"))) | Exists(sectors.filter(session=OuterRef("pk"))),
        )
        .values_list("pk", "of_partnership", "of_session", "topic__one_sitting", "is_restricted")
    )
    return {
        pk: Terms(Policy.of(of_partnership, of_session), one_sitting, is_restricted)
        for pk, of_partnership, of_session, one_sitting, is_restricted in rows
    }
