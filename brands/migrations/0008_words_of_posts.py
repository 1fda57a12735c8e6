"""The words of each post that a brand's page shows stand beside it, to be found by."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from brands.wording import words_of

CHUNK = 1000


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Write the words of the posts that are shown now. A repost shows none: they are somebody else's."""
    shown = apps.get_model("brands", "BrandPost").objects.exclude(post__kind="repost").select_related("post")
    rows = shown.only("post__text").order_by("pk")
    last = 0
    while chunk := list(rows.filter(pk__gt=last)[:CHUNK]):
        for row in chunk:
            row.words = words_of(row.post.text)
        shown.model.objects.bulk_update(chunk, ["words"])
        last = chunk[-1].pk


class Migration(migrations.Migration):
    dependencies = [("brands", "0007_invitation_address")]

    operations = [
        migrations.AddField("brandpost", "words", models.TextField(blank=True, default="")),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
