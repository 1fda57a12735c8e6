"""A fan's links begin at a random number: those of before an erasure do not open again when the fan comes back."""

from django.db import migrations, models

import people.models.follow


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0026_link_cards"),
    ]

    operations = [
        migrations.AlterField(
            model_name="fan",
            name="links_epoch",
            field=models.PositiveSmallIntegerField(default=people.models.follow.first_epoch),
        ),
    ]
