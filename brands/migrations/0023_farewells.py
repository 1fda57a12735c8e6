"""Farewell cards, and the letter that offers one."""

import django.db.models.deletion
from django.db import migrations, models

KINDS = [
    ("taken_off", "taken off the pages"),
    ("put_back", "put back"),
    ("ended", "the enrolment ended"),
    ("offered", "offered a place among those who were here"),
    ("farewell", "offered a farewell card"),
]


class Migration(migrations.Migration):
    dependencies = [("brands", "0022_report_told")]

    operations = [
        migrations.CreateModel(
            "Farewell",
            [
                (
                    "enrolment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="farewell",
                        serialize=False,
                        to="brands.enrolment",
                    ),
                ),
                ("line", models.CharField(max_length=160)),
                ("by_brand", models.BooleanField()),
                ("person_at", models.DateTimeField(null=True)),
                ("brand_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("brand_at__isnull", False), ("person_at__isnull", False)),
                        fields=["person_at"],
                        name="farewell_both",
                    )
                ]
            },
        ),
        migrations.AlterField("standingletter", "kind", models.CharField(choices=KINDS, max_length=9)),
    ]
