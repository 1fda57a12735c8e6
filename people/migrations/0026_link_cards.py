"""Cards of the pages that drafts link to, looked at by a worker; they go with the last draft that names them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0025_answer_address"),
    ]

    operations = [
        migrations.CreateModel(
            name="LinkCard",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("url", models.CharField(max_length=2048)),
                ("host", models.CharField(max_length=253)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("wanted", "a worker has not looked yet"),
                            ("card", "the page offers a card"),
                            ("none", "the page offers none"),
                            ("failed", "the page could not be read"),
                        ],
                        default="wanted",
                        max_length=6,
                    ),
                ),
                ("site", models.CharField(blank=True, max_length=253)),
                ("title", models.CharField(blank=True, max_length=200)),
                ("description", models.CharField(blank=True, max_length=400)),
                ("stem", models.CharField(blank=True, max_length=32)),
                ("large", models.BooleanField(default=False)),
                ("due_at", models.DateTimeField(null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("tried_at", models.DateTimeField(null=True)),
                ("fetched_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="linkcard_due"),
                    models.Index(
                        condition=models.Q(("tried_at__isnull", False)), fields=["tried_at"], name="linkcard_tried"
                    ),
                    models.Index(
                        condition=models.Q(("stem", ""), _negated=True), fields=["stem"], name="linkcard_stem"
                    ),
                ],
                "constraints": [models.UniqueConstraint(fields=("url",), name="linkcard_url")],
            },
        ),
        migrations.CreateModel(
            name="DraftLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="links", to="people.draft"
                    ),
                ),
                (
                    "card",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="drafts", to="people.linkcard"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("draft", "card"), name="draftlink_once")],
            },
        ),
    ]
