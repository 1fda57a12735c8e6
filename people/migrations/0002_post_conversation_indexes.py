from django.db import migrations, models


class Migration(migrations.Migration):
    """Find the answers to a post, and what an answer is to, without reading every post."""

    dependencies = [("people", "0001_people")]

    operations = [
        migrations.AddIndex("post", models.Index(fields=["reply_to_id"], name="post_reply_to")),
        migrations.AddIndex("post", models.Index(fields=["remote_id"], name="post_remote_id")),
    ]
