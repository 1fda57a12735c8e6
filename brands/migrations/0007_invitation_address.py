"""The address that was asked stands on the invitation: its letters go there, whatever the enrolment says later."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def copy(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Write the enrolment's address into the invitations that there are."""
    known = apps.get_model("brands", "Enrolment").objects.filter(pk=models.OuterRef("enrolment"))
    apps.get_model("brands", "Invitation").objects.update(address=models.Subquery(known.values("email")[:1]))


class Migration(migrations.Migration):
    dependencies = [("brands", "0006_letters_owed")]

    operations = [
        migrations.AddField(
            "invitation", "address", models.CharField(blank=True, default="", max_length=254), preserve_default=False
        ),
        migrations.RunPython(copy, migrations.RunPython.noop),
    ]
