"""Stories with who leads them, and what tells that two posts are nearly the same."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("brands", "0014_publishing_pause"),
        ("people", "0013_draft_story"),
    ]

    operations = [
        migrations.CreateModel(
            name="Story",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=60)),
                ("title", models.CharField(max_length=120)),
                ("facts", models.TextField(max_length=2000)),
                ("angles", models.JSONField(default=list)),
                ("links", models.JSONField(default=list)),
                ("ends_on", models.DateField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "asker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.person"
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="stories", to="brands.brand"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Compared",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("said_at", models.DateTimeField()),
                ("near", models.BooleanField(null=True)),
                (
                    "brand",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="brands.brand"),
                ),
                (
                    "post",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.post"),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["brand", "said_at"], name="compared_brand_said_at")],
                "constraints": [models.UniqueConstraint(fields=("brand", "post"), name="compared_brand_post")],
            },
        ),
        migrations.CreateModel(
            name="Fingerprint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("value", models.BigIntegerField()),
                ("said_at", models.DateTimeField()),
                (
                    "delivery",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.delivery"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.person"
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.post"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["value", "said_at"], name="fingerprint_value"),
                    models.Index(fields=["said_at"], name="fingerprint_said_at"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Lead",
            fields=[
                (
                    "story",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="lead",
                        serialize=False,
                        to="brands.story",
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=280)),
                ("yes_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.person"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="story",
            index=models.Index(
                condition=models.Q(("ended_at", None)), fields=["brand", "ends_on"], name="story_brand_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="story",
            constraint=models.UniqueConstraint(fields=("brand", "slug"), name="story_brand_slug"),
        ),
        migrations.AddConstraint(
            model_name="lead",
            constraint=models.CheckConstraint(
                condition=models.Q(("yes_at__isnull", True), models.Q(("words", ""), _negated=True), _connector="OR"),
                name="lead_yes_in_words",
            ),
        ),
    ]
