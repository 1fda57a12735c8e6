"""When this site first had each post. Of the old ones it is taken to be when they were said, as letters had them."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F
from django.utils import timezone


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Fill the column of the posts that are here, or letters would bring them once more."""
    apps.get_model("people", "Post").objects.update(found_at=F("published_at"))


class Migration(migrations.Migration):
    dependencies = [("people", "0019_reports")]

    operations = [
        migrations.AddField("post", "found_at", models.DateTimeField(default=timezone.now)),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
