from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce, Now


def note_when(apps: Apps, editor: BaseDatabaseSchemaEditor | None) -> None:
    """Rows that were carried out before now count from the end of their import; where it goes on, from now."""
    files = apps.get_model("brands", "Import").objects.filter(pk=OuterRef("file"))
    rows = apps.get_model("brands", "ImportRow").objects.filter(done=True, done_at=None)
    rows.update(done_at=Coalesce(Subquery(files.values("finished_at")[:1]), Now()))


class Migration(migrations.Migration):
    # apart from the new columns: no table is locked against readers while its rows are written
    dependencies = [("brands", "0025_report_moot")]
    operations = [migrations.RunPython(note_when, migrations.RunPython.noop, elidable=True)]
