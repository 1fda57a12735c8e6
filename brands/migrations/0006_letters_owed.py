"""Which letters to people who are listed have not gone out yet, and what their link is made from."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("brands", "0005_import_claims")]

    operations = [
        migrations.AddField("enrolment", "letter_due_at", models.DateTimeField(null=True)),
        migrations.AddField("enrolment", "letter_nonce", models.CharField(blank=True, max_length=43)),
        migrations.AddIndex(
            "enrolment",
            models.Index(
                condition=models.Q(("letter_due_at__isnull", False)),
                fields=["letter_due_at"],
                name="enrolment_letter_due",
            ),
        ),
    ]
