from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('advocacy', '0002_versions'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='auditevent',
            index=models.Index(fields=['subject'], name='audit_subject'),
        ),
        migrations.AddIndex(
            model_name='auditevent',
            index=models.Index(fields=['actor_label'], name='audit_actor_label'),
        ),
    ]
