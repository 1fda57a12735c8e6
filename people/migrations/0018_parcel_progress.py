from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0017_letters'),
    ]

    operations = [
        migrations.AddField(
            model_name='parcel',
            name='written',
            field=models.PositiveBigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='parcel',
            name='cursor',
            field=models.CharField(blank=True, max_length=60),
        ),
    ]
