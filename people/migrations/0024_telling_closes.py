"""Whether followers are told in the site's words although a page is closed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0023_undeleted")]

    operations = [migrations.AddField("telling", "closes", models.BooleanField(default=False))]
