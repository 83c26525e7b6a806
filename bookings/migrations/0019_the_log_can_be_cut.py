from django.db import migrations

REFUSES = (
    "CREATE OR REPLACE FUNCTION bookings_auditevent_is_only_added_to() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN {unless}RAISE EXCEPTION 'rows_are_only_added' USING ERRCODE = 'integrity_constraint_violation'; END $$"
)
UNLESS = (
    "IF TG_OP = 'DELETE' AND current_setting('bookings.forgets', true) = 'on' "
    "AND OLD.at < now() - interval '6 months' THEN RETURN OLD; END IF; "
)


def let_the_old_go(apps, schema_editor):
    """Let the one verb that cuts the log by age delete from it, and nothing of the last six months.

    Six months are the least that a policy can say (keep_audit_months). SQLite has refused no deletion before.
    """
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(REFUSES.format(unless=UNLESS), params=None)


def keep_all(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(REFUSES.format(unless=""), params=None)


class Migration(migrations.Migration):

    dependencies = [("bookings", "0018_register_of_several_dates")]

    operations = [migrations.RunPython(let_the_old_go, keep_all)]
