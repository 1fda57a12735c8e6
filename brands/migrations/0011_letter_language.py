"""The language that a brand chose last for its letters is what the next form proposes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("brands", "0010_invitation_address_index")]

    operations = [
        migrations.AddField("brand", "letter_language", models.CharField(default="en", max_length=35)),
    ]
