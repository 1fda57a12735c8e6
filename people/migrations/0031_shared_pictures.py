"""Pictures that were shared before their sharer signed in; they wait for an hour."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0030_draft_link_looks")]

    operations = [
        migrations.CreateModel(
            name="SharedPicture",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("batch", models.CharField(max_length=32)),
                ("position", models.PositiveSmallIntegerField()),
                ("stem", models.CharField(max_length=32)),
                ("expires_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["expires_at"], name="sharedpicture_over")],
                "constraints": [
                    models.UniqueConstraint(fields=("batch", "position"), name="sharedpicture_batch_position")
                ],
            },
        ),
    ]
