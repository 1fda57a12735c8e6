
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('brands', '0013_brand_cards'),
    ]

    operations = [
        migrations.AddField(
            model_name='brand',
            name='posting_cap_usd',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='brand',
            name='publishing_paused_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
