from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0006_line_managers")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="address_key",
            field=models.EmailField(default="", editable=False, max_length=254),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="user",
            name="mailbox_confirmed_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="When the person said that an address such as office@ is read by them alone.",
                null=True,
            ),
        ),
    ]
