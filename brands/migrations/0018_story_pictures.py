"""Pictures of a story's brief."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("brands", "0017_card_places")]

    operations = [
        migrations.CreateModel(
            name="StoryPicture",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("stem", models.CharField(max_length=32)),
                ("alt", models.CharField(max_length=1000)),
                (
                    "story",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="pictures", to="brands.story"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("story", "position"), name="storypicture_position")]
            },
        ),
    ]
