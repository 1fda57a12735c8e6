from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("people", "0014_follows"),
    ]

    operations = [
        migrations.AddField("followrequest", "mail_at", models.DateTimeField(null=True)),
        migrations.AddField("followrequest", "tries", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("block", "looks", models.JSONField(default=dict)),
        migrations.AddIndex(
            "followrequest",
            models.Index(fields=["mail_at"], name="follow_request_mail", condition=models.Q(mail_at__isnull=False)),
        ),
    ]
