"""A draft may be about a story of a brand: its id, for `people` knows no more of it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0012_composing")]

    operations = [
        migrations.AddField(
            model_name="draft",
            name="story",
            field=models.PositiveBigIntegerField(null=True),
        ),
    ]
