from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('brands', '0004_pause_and_chorus'),
    ]

    operations = [
        migrations.AddField(
            model_name='import',
            name='how',
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name='import',
            name='claim',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='import',
            name='lease_until',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='importrow',
            name='troubles',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='importrow',
            name='done',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='importrow',
            name='undone',
            field=models.CharField(blank=True, max_length=10),
        ),
        migrations.AddIndex(
            model_name='import',
            index=models.Index(condition=models.Q(('state__in', ('checking', 'enrolling', 'undoing'))), fields=['lease_until'], name='import_at_work'),
        ),
    ]
