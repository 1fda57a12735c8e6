"""A link waits for a look of its own. What was looked at, or waits, for the links that are there goes on."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def carry_over(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give each link the times of its card."""
    card = apps.get_model("people", "LinkCard").objects.filter(pk=models.OuterRef("card"))
    apps.get_model("people", "DraftLink").objects.update(
        due_at=models.Subquery(card.values("due_at")), looked_at=models.Subquery(card.values("fetched_at"))
    )
    # looks that ended did not set it back; a card that was begun that often would never be looked at again
    apps.get_model("people", "LinkCard").objects.filter(due_at=None).update(tries=0)


class Migration(migrations.Migration):
    dependencies = [("people", "0029_former_openings")]

    operations = [
        migrations.AddField("draftlink", "due_at", models.DateTimeField(null=True)),
        migrations.AddField("draftlink", "looked_at", models.DateTimeField(null=True)),
        migrations.RunPython(carry_over, migrations.RunPython.noop),
    ]
