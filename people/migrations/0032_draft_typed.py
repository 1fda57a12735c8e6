from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0031_shared_pictures")]

    operations = [migrations.AddField("draft", "typed", models.PositiveIntegerField(default=0))]
