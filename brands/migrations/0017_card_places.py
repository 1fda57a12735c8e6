"""With which number of the brand's places its card was found right."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("brands", "0016_pause_line")]

    operations = [
        migrations.AddField(
            model_name="brandcard",
            name="places",
            field=models.PositiveBigIntegerField(null=True),
        ),
    ]
