"""Three keys about reminders become one: rules, as organisers write them."""

from django.db import migrations

OLD = ("reminder_days", "reminder_working_days", "reminder_hours_online")


def write_rules(apps, schema_editor):
    """Write what a policy said in numbers as lines; a policy that said nothing keeps the defaults."""
    for name in ("PartnershipPolicy", "SessionPolicy"):
        for row in apps.get_model("bookings", name).objects.all():
            if not isinstance(row.values, dict) or not row.values.keys() & set(OLD):
                continue
            row.values = {**{key: value for key, value in row.values.items() if key not in OLD}, **rules_of(row.values)}
            row.save(update_fields=["values"])


def rules_of(values):
    """Return the key of the rules that these values mean."""
    days, working, hours = (values.get(key, usual) for key, usual in zip(OLD, ([10], [1], 1), strict=True))
    lines = [f"{one} day{'' if one == 1 else 's'} before at 09:00" for one in days if one]
    lines += [f"{one} working day{'' if one == 1 else 's'} before at 09:00" for one in working if one]
    lines += [f"{hours} hour{'' if hours == 1 else 's'} before"] if hours else []
    return {"reminders": lines[:10]}


class Migration(migrations.Migration):
    dependencies = [("bookings", "0007_arrivals")]

    operations = [migrations.RunPython(write_rules, migrations.RunPython.noop)]
