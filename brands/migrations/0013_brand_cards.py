"""The card that stands for a brand's page where somebody shares its address."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("brands", "0012_standing_letters")]

    operations = [
        migrations.CreateModel(
            name="BrandCard",
            fields=[
                (
                    "brand",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="share_card",
                        serialize=False,
                        to="brands.brand",
                    ),
                ),
                ("stem", models.CharField(blank=True, max_length=32)),
                ("alt", models.CharField(blank=True, max_length=1000)),
                ("people", models.PositiveSmallIntegerField(default=0)),
                ("checked_at", models.DateTimeField()),
                ("shows", models.ManyToManyField(related_name="+", to="brands.enrolment")),
            ],
        ),
    ]
