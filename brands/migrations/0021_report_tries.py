"""How often a letter about a case was tried, so that it is given up some day."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("brands", "0020_reports")]

    operations = [migrations.AddField("reportcase", "tries", models.PositiveSmallIntegerField(default=0))]
