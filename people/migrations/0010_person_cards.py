"""The card that stands for a person's page where somebody shares its address."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0009_links")]

    operations = [
        migrations.CreateModel(
            name="PersonCard",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="share_card",
                        serialize=False,
                        to="people.person",
                    ),
                ),
                ("stem", models.CharField(blank=True, max_length=32)),
                ("checked_at", models.DateTimeField()),
            ],
            options={"indexes": [models.Index(fields=["checked_at"], name="personcard_checked")]},
        ),
    ]
