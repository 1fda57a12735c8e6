"""Who began a pause, what a pause was before somebody was taken off, and whose lines open the page."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("brands", "0003_answer_draft")]

    operations = [
        migrations.AddField("enrolment", "paused_by_brand", models.BooleanField(default=False)),
        migrations.AddField("enrolment", "suspended_pause_from", models.DateTimeField(null=True)),
        migrations.AddField("enrolment", "in_chorus", models.BooleanField(default=False)),
    ]
