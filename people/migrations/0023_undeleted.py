"""What its author wanted deleted and the network kept is looked for: by whom letters go to, and by their desk."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0022_whose_face")]

    operations = [
        migrations.AddIndex(
            "delivery",
            models.Index(fields=["person"], condition=models.Q(reason="undeleted"), name="delivery_undeleted"),
        ),
    ]
