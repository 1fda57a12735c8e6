"""Each face that a reader asks for is looked up: whose it is, and whether they are hidden."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0021_report_tries")]

    operations = [
        migrations.AddIndex("person", models.Index(fields=["portrait"], name="person_portrait")),
        migrations.AddIndex("account", models.Index(fields=["avatar"], name="account_avatar")),
    ]
