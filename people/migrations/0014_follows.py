import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0013_draft_story'),
    ]

    operations = [
        migrations.CreateModel(
            name='Fan',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='fan', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('rhythm', models.CharField(choices=[('weekly', 'Every Sunday'), ('daily', 'Every day'), ('never', 'No letters')], default='weekly', max_length=6)),
                ('zone', models.CharField(default='UTC', max_length=64)),
                ('name', models.CharField(blank=True, max_length=60)),
                ('read_until', models.DateTimeField(null=True)),
                ('links_epoch', models.PositiveSmallIntegerField(default=0)),
                ('bounced_at', models.DateTimeField(null=True)),
                ('started_at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name='FollowRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.CharField(max_length=254)),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('people', models.JSONField(default=list)),
                ('rhythm', models.CharField(choices=[('weekly', 'Every Sunday'), ('daily', 'Every day'), ('never', 'No letters')], default='weekly', max_length=6)),
                ('zone', models.CharField(default='UTC', max_length=64)),
                ('asked_at', models.DateTimeField(auto_now_add=True)),
                ('expires_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['expires_at'], name='follow_request_expires'), models.Index(fields=['email', 'asked_at'], name='follow_request_email')],
            },
        ),
        migrations.CreateModel(
            name='Block',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField(auto_now_add=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='blocks', to='people.person')),
                ('fan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='blocked_by', to='people.fan')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person', 'fan'), name='block_once')],
            },
        ),
        migrations.CreateModel(
            name='Follow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('letters', models.BooleanField(default=True)),
                ('muted', models.BooleanField(default=False)),
                ('said_so', models.BooleanField(default=False)),
                ('since', models.DateTimeField(auto_now_add=True)),
                ('fan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='follows', to='people.fan')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='followers', to='people.person')),
            ],
            options={
                'indexes': [models.Index(fields=['person', '-since'], name='follow_person_since')],
                'constraints': [models.UniqueConstraint(fields=('fan', 'person'), name='follow_once')],
            },
        ),
    ]
