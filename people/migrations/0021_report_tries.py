"""How often a letter about a report was tried, so that it is given up some day."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0020_post_found_at")]

    operations = [migrations.AddField("postreport", "tries", models.PositiveSmallIntegerField(default=0))]
