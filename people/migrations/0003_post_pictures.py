import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Show the pictures of posts from this site's own disk."""

    dependencies = [("people", "0002_post_conversation_indexes")]

    operations = [
        migrations.CreateModel(
            name="PostPicture",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("source_url", models.CharField(max_length=1000)),
                ("published_at", models.DateTimeField()),
                ("stem", models.CharField(blank=True, max_length=32)),
                ("width", models.PositiveIntegerField(default=0)),
                ("height", models.PositiveIntegerField(default=0)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("tried_at", models.DateTimeField(null=True)),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="pictures", to="people.post"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("published_at").desc(), condition=models.Q(stem="", tries__lt=4), name="picture_wanted"
                    ),
                    models.Index(condition=~models.Q(stem=""), fields=["stem"], name="picture_stem"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("post", "position"), name="picture_post_position"),
                ],
            },
        ),
    ]
