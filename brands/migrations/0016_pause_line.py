"""What a brand's people read while it pauses what speaks for it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("brands", "0015_stories")]

    operations = [
        migrations.AddField(model_name="brand", name="pause_line", field=models.CharField(blank=True, max_length=140)),
    ]
