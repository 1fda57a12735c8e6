"""Where answers to a person's lines go is chosen by them; who showed the address of the login goes on doing so."""

import django.db.models.deletion
from django.db import migrations, models


def keep_what_was_chosen(apps, schema_editor):
    opening, address = apps.get_model("people", "Opening"), apps.get_model("people", "AnswerAddress")
    shown = opening.objects.filter(shows_address=True, person__user__isnull=False)
    rows = shown.values_list("person", "person__user__email")
    address.objects.bulk_create(address(person_id=pk, address=email) for pk, email in rows)


class Migration(migrations.Migration):
    dependencies = [("people", "0024_telling_closes")]

    operations = [
        migrations.CreateModel(
            "AnswerAddress",
            [
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="answers",
                        serialize=False,
                        to="people.person",
                    ),
                ),
                ("address", models.CharField(max_length=254)),
                ("chosen_at", models.DateTimeField(auto_now=True)),
            ],
        ),
        migrations.RunPython(keep_what_was_chosen, migrations.RunPython.noop, elidable=True),
        migrations.RemoveField("opening", "shows_address"),
    ]
