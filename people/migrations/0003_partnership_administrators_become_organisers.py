"""An administrator of one partnership becomes an organiser of it: the role of administrator is for the whole site."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def make_organisers(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:  # noqa: ARG001 - Django's signature
    """Turn each such grant into an organiser's; where the person holds one already, that one stays as it is."""
    grants = apps.get_model("people", "RoleGrant").objects
    for grant in grants.filter(role="administrator", partnership__isnull=False):
        if grants.filter(role="organiser", user=grant.user_id, partnership=grant.partnership_id).exists():
            grant.delete()
        else:
            grant.role = "organiser"
            grant.save(update_fields=["role"])


class Migration(migrations.Migration):
    """The site's housekeeping then brings their way into the admin into step."""

    dependencies = [
        ("people", "0002_idempotency_key_location"),
    ]

    operations = [
        migrations.RunPython(make_organisers, migrations.RunPython.noop),
    ]
