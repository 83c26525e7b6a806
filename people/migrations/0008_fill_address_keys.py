"""Each person's address without what makes no difference; the later of two who would share it keeps the whole one."""

from django.db import migrations


def fill(apps, schema_editor):
    """Give each person a key of their own, those who came first first; this is how keys were made on this day."""
    people = apps.get_model("people", "User").objects.using(schema_editor.connection.alias)
    taken = set(people.values_list("email", flat=True))  # a whole address is its owner's, whoever came first
    given = set()
    for person in people.order_by("date_joined", "pk").iterator():
        local, at, domain = person.email.rpartition("@")
        key = f"{local.partition('+')[0] or local}{at}{domain}"
        if key in given or (key in taken and key != person.email):
            key = person.email
        given.add(key)
        people.filter(pk=person.pk).update(address_key=key)


class Migration(migrations.Migration):
    dependencies = [("people", "0007_one_person_one_address")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
