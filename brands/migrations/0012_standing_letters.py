"""Letters to people whom the studio took off its pages, put back, or whose enrolment it ended."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("brands", "0011_letter_language")]

    operations = [
        migrations.CreateModel(
            "StandingLetter",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("taken_off", "taken off the pages"),
                            ("put_back", "put back"),
                            ("ended", "the enrolment ended"),
                        ],
                        max_length=9,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("due_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="brands.enrolment"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            "standingletter",
            models.Index(condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="standing_letters_due"),
        ),
    ]
