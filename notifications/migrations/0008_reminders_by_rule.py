"""Reminders are named by the rule that calls for them, and no longer by three kinds of their own."""

import hashlib

from django.conf import settings
from django.db import migrations
from django.db.models import F, Value
from django.db.models.functions import Concat

RULES = {
    "reminder_10_days": ("reminder", "-10d"),
    "reminder_1_day": ("reminder", "-1w"),
    "reminder_1_hour": ("reminder_soon", "-1h"),
}


def name_by_rule(apps, schema_editor):
    """Give each row the kind and the occurrence it would be written with now; what no copy went of, its name too."""
    message = apps.get_model("notifications", "Message")
    for old, (kind, code) in RULES.items():
        occurrence = Concat(Value(f"{code} "), F("occurrence"))
        message.objects.filter(kind=old).update(kind=kind, occurrence=occurrence)
    rows = message.objects.filter(kind__in=["reminder", "reminder_soon"], risky=0).select_related("booking")
    changed = []
    for row in rows.iterator(chunk_size=500):
        name = f"{row.booking.ical_uid} {row.kind} {row.occurrence}"
        row.message_id = f"<{hashlib.sha256(name.encode()).hexdigest()[:24]}@{settings.REPLY_DOMAIN}>"
        changed.append(row)
    message.objects.bulk_update(changed, ["message_id"], batch_size=500)


def choose_anew(apps, schema_editor):
    """Keep what people switched off: a reminder days before only where they wanted neither of the two."""
    choice = apps.get_model("notifications", "SwitchedOff")
    choice.objects.filter(kind="reminder_1_hour").update(kind="reminder_soon")
    neither = choice.objects.filter(kind="reminder_10_days").values("person")
    choice.objects.filter(kind="reminder_1_day", person__in=list(neither.values_list("person", flat=True))).update(
        kind="reminder"
    )
    choice.objects.filter(kind__in=["reminder_10_days", "reminder_1_day"]).delete()


class Migration(migrations.Migration):
    dependencies = [("notifications", "0007_undeliverable_addresses"), ("bookings", "0008_reminder_rules")]

    operations = [
        migrations.RunPython(name_by_rule, migrations.RunPython.noop),
        migrations.RunPython(choose_anew, migrations.RunPython.noop),
    ]
