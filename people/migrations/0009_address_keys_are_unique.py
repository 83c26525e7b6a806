from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0008_fill_address_keys")]

    operations = [
        migrations.AlterField(
            model_name="user",
            name="address_key",
            field=models.EmailField(
                editable=False,
                help_text="The address without what makes no difference; one person has it.",
                max_length=254,
                unique=True,
            ),
        ),
    ]
