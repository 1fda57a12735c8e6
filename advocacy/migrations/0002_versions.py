"""Numbers by which kept pages know whether they still hold."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("advocacy", "0001_plumbing")]

    operations = [
        migrations.CreateModel(
            name="Version",
            fields=[
                ("key", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("number", models.BigIntegerField(default=0)),
            ],
        ),
    ]
