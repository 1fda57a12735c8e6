"""Lines that were written anew after a letter's hour stay for the letters of that hour which have not gone out yet."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0028_post_shown_at")]

    operations = [
        migrations.AddField("opening", "former", models.JSONField(default=list)),
        migrations.AddField("opening", "first_at", models.DateTimeField(null=True)),
    ]
