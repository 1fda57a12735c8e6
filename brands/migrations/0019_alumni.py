import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('brands', '0018_story_pictures'),
    ]

    operations = [
        migrations.CreateModel(
            name='Alumnus',
            fields=[
                ('enrolment', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='alumnus', serialize=False, to='brands.enrolment')),
                ('person_at', models.DateTimeField(null=True)),
                ('brand_at', models.DateTimeField(null=True)),
                ('now_at', models.CharField(blank=True, max_length=80)),
                ('on_own_page', models.BooleanField(default=False)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('brand_at__isnull', False), ('person_at__isnull', False)), fields=['person_at'], name='alumnus_both')],
            },
        ),
        migrations.AlterField(
            model_name='standingletter',
            name='kind',
            field=models.CharField(choices=[('taken_off', 'taken off the pages'), ('put_back', 'put back'), ('ended', 'the enrolment ended'), ('offered', 'offered a place among those who were here')], max_length=9),
        ),
    ]
