"""How many letters an address has had is counted before each invitation."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("brands", "0009_words_index")]

    operations = [
        migrations.AddIndex("invitation", models.Index(fields=["address"], name="invitation_address")),
    ]
