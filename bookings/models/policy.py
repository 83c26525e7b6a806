"""What partnerships decide about bookings, and what a session has otherwise."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.utils import timezone

from bookings.policy import KEYS, Policy, faults_of
from events.models import PracticeWeek, Session, SessionHost
from people.models import Partnership, Statement

LEAD_FIRST: Final = ("-is_lead", "partnership__position")


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

    def clean(self) -> None:
        """Refuse keys that there are not, and values that cannot be used."""
        refuse_faults(self.values)


class WeekPolicy(models.Model):
    """What a partnership has otherwise for the sessions that it leads in one week."""

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="week_policies")
    week = models.ForeignKey(PracticeWeek, on_delete=models.CASCADE, related_name="policies")
    values = models.JSONField(default=dict, blank=True, help_text="What differs from the partnership's, by key.")

    class Meta:
        verbose_name_plural = "week policies"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["partnership", "week"],
                name="week_policy_once",
                violation_error_message="The partnership has a policy for this week already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partnership}, {self.week}"

    def clean(self) -> None:
        """Refuse keys that there are not, and values that cannot be used over the partnership's."""
        refuse_faults(self.values, below=policy_of_partnership(self.partnership))


class SessionPolicy(models.Model):
    """What one session has otherwise than the policy of the partnership that leads it."""

    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="own_policy")
    values = models.JSONField(default=dict, blank=True, help_text="What differs from the partnership's, by key.")

    class Meta:
        verbose_name_plural = "session policies"

    def __str__(self) -> str:
        return f"Policy of {self.session}"

    def clean(self) -> None:
        """Refuse keys that there are not, and values that cannot be used over the partnership's."""
        refuse_faults(self.values, below=policy_below(self.session))


def refuse_faults(values: object, *, below: Policy | None = None) -> None:
    """Raise ValidationError with a sentence for each value that cannot be used."""
    if faults := faults_of(values, below=below):
        words = {name: KEYS[name].label if name in KEYS else name for name in faults}
        sentences = [f"{words[name]}: {why}" if name else why for name, why in faults.items()]
        raise ValidationError({"values": sentences})


@dataclass(frozen=True)
class Terms:
    """On what terms a session is booked: its policy, and which of its rules there is anything to ask about.

    ``sender`` is the address of its own that the leading partnership writes from, if it has one.
    """

    policy: Policy
    one_sitting: bool
    is_restricted: bool
    sender: str = ""


def policy_of(session: Session) -> Policy:
    """Return what holds for a session: the defaults, its leading partnership's newest version, its week's, its own."""
    return terms_of([session])[session.pk].policy


def leader_of(session: Session) -> Partnership:
    """Return the partnership whose policy a session goes by: the one that leads it."""
    host: SessionHost = session.session_hosts.select_related("partnership").order_by(*LEAD_FIRST)[0]
    return host.partnership


def newest_policy(partnership: Partnership) -> PartnershipPolicy | None:
    """Return the version of a partnership's policy that holds; None where it has decided nothing yet."""
    return PartnershipPolicy.objects.filter(partnership=partnership).order_by("-version").first()


def policy_below(session: Session) -> Policy:
    """Return what holds for a session before its own: what the partnership that leads it has, and for its week."""
    leader = leader_of(session)
    newest = newest_policy(leader)
    weekly = WeekPolicy.objects.filter(partnership=leader, week=session.week_id).first()
    return Policy.of(newest.values if newest else None, weekly.values if weekly else None)


def policy_of_partnership(partnership: Partnership) -> Policy:
    """Return what a partnership has decided, over the defaults."""
    newest = newest_policy(partnership)
    return Policy.of(newest.values if newest else None)


# In words of the database, because building it anew took longer than all else that a booking does here.
TERMS: Final = """
SELECT session.id, topic.one_sitting,
       EXISTS (SELECT 1 FROM events_session_areas only_for WHERE only_for.session_id = session.id)
       OR EXISTS (SELECT 1 FROM events_session_sectors only_for WHERE only_for.session_id = session.id),
       (SELECT policy."values" FROM bookings_partnershippolicy policy
        WHERE policy.partnership_id = session.leader ORDER BY policy.version DESC LIMIT 1),
       (SELECT weekly."values" FROM bookings_weekpolicy weekly
        WHERE weekly.partnership_id = session.leader AND weekly.week_id = session.week_id),
       own."values",
       (SELECT terms.version FROM people_statement terms
        WHERE terms.partnership_id = session.leader AND terms.kind = %s AND terms.in_force_on <= %s
        ORDER BY terms.version DESC LIMIT 1),
       (SELECT leader.sender_email FROM people_partnership leader WHERE leader.id = session.leader)
FROM (SELECT each.id, each.topic_id, each.week_id,
             (SELECT host.partnership_id FROM events_sessionhost host
              JOIN people_partnership partnership ON partnership.id = host.partnership_id
              WHERE host.session_id = each.id ORDER BY host.is_lead DESC, partnership.position LIMIT 1) AS leader
      FROM events_session each WHERE each.id IN (SESSIONS)) session
JOIN events_sessiontopic topic ON topic.id = session.topic_id
LEFT JOIN bookings_sessionpolicy own ON own.session_id = session.id
"""


def terms_of(sessions: Iterable[Session], *, at: datetime | None = None) -> dict[int, Terms]:
    """Return by id on what terms each of several sessions is booked, in one query.

    With an instant the policy says which version of the partnership's terms is in force on its day.
    """
    keys = [session.pk for session in sessions]
    if not keys:
        return {}
    day = timezone.localdate(at).isoformat() if at else None
    with connection.cursor() as cursor:
        cursor.execute(TERMS.replace("SESSIONS", ", ".join(["%s"] * len(keys))), [Statement.Kind.TERMS, day, *keys])
        rows = cursor.fetchall()
    return {
        pk: Terms(_policy_of((below, weekly, own), terms), bool(one_sitting), bool(is_restricted), sender or "")
        for pk, one_sitting, is_restricted, below, weekly, own, terms, sender in rows
    }


def _policy_of(stored: Iterable[str | None], terms: int | None) -> Policy:
    """Return the policy that stored layers make, under a version of the terms."""
    layers = [json.loads(layer) if layer else None for layer in stored]
    return Policy.of(*layers, {"terms_version": terms or 0})
