"""Who has had the letter about a case: whose mailbox refused it is written to again, and nobody else."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL), ("brands", "0021_report_tries")]

    operations = [
        migrations.AddField("reportcase", "told", models.ManyToManyField(related_name="+", to=settings.AUTH_USER_MODEL))
    ]
