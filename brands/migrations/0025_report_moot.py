from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("brands", "0024_undo_in_time")]
    operations = [
        migrations.AddField("reportcase", "gone_since", models.DateTimeField(null=True)),
        migrations.AlterField(
            "reportcase",
            "state",
            models.CharField(
                choices=[
                    ("waiting", "Waiting"),
                    ("off", "Taken off"),
                    ("kept", "Nothing to be done"),
                    ("moot", "Shown no longer"),
                ],
                default="waiting",
                max_length=7,
            ),
        ),
    ]
