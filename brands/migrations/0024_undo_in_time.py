import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("brands", "0023_farewells"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.AddField("bulkact", "undo_from", models.PositiveIntegerField(default=0)),
        migrations.AddField(
            "bulkact",
            "undone_by",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField("import", "at_work", models.PositiveIntegerField(default=0)),
        migrations.AddField("importrow", "done_at", models.DateTimeField(null=True)),
    ]
