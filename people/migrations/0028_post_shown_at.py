"""When a post came to be shown, of those that were not from the moment they were found. Old ones count as they did."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0027_first_epoch")]

    operations = [migrations.AddField("post", "shown_at", models.DateTimeField(null=True))]
