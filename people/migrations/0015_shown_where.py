"""What a draft, and what goes out from it, says about being shown on brands' pages."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0015_follow_letters")]

    operations = [
        migrations.AddField(model_name="draft", name="shows", field=models.JSONField(default=dict)),
        migrations.AddField(model_name="delivery", name="shows", field=models.JSONField(default=dict)),
    ]
