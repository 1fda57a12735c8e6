import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0016_erasures'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='fan',
            index=models.Index(fields=['rhythm', 'zone', 'user'], name='fan_rounds'),
        ),
        migrations.CreateModel(
            name='Opening',
            fields=[
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='opening', serialize=False, to='people.person')),
                ('words', models.TextField()),
                ('shows_address', models.BooleanField(default=False)),
                ('written_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['written_at'], name='opening_written')],
            },
        ),
        migrations.CreateModel(
            name='LetterRound',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rhythm', models.CharField(choices=[('weekly', 'Every Sunday'), ('daily', 'Every day'), ('never', 'No letters')], max_length=6)),
                ('zone', models.CharField(max_length=64)),
                ('day', models.DateField()),
                ('at', models.DateTimeField()),
                ('cursor', models.BigIntegerField(default=0)),
                ('done_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('done_at', None)), fields=['at'], name='letter_round_open')],
                'constraints': [models.UniqueConstraint(fields=('rhythm', 'zone', 'day'), name='letter_round_once')],
            },
        ),
        migrations.CreateModel(
            name='Telling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tellings', to='people.person')),
                ('key', models.CharField(max_length=80, unique=True)),
                ('left', models.CharField(blank=True, max_length=120)),
                ('words', models.TextField(blank=True)),
                ('cursor', models.BigIntegerField(default=0)),
                ('asked_at', models.DateTimeField(auto_now_add=True)),
                ('done_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('done_at', None)), fields=['asked_at'], name='telling_open')],
            },
        ),
        migrations.CreateModel(
            name='Letter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='all_letters', to='people.fan')),
                ('telling', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='letters', to='people.telling')),
                ('period', models.CharField(max_length=40)),
                ('key', models.UUIDField(default=uuid.uuid4)),
                ('state', models.CharField(choices=[('due', 'waits for its time'), ('claimed', 'being written'), ('sending', 'being handed to the mail server'), ('sent', 'taken by the mail server'), ('unsure', 'nobody knows whether the mail server took it'), ('refused', 'refused by the mail server'), ('nothing', 'nothing to say, or not wanted any more')], default='due', max_length=8)),
                ('until', models.DateTimeField()),
                ('next_due_at', models.DateTimeField(null=True)),
                ('late_after', models.DateTimeField()),
                ('owner', models.UUIDField(null=True)),
                ('lease_until', models.DateTimeField(null=True)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('said', models.CharField(blank=True, max_length=60)),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [
                    models.Index(condition=models.Q(('next_due_at', None), _negated=True), fields=['next_due_at', 'id'], name='letter_due'),
                    models.Index(fields=['fan', '-until'], name='letter_fan_until'),
                    models.Index(condition=models.Q(('ended_at', None), _negated=True), fields=['ended_at'], name='letter_ended'),
                ],
                'constraints': [models.UniqueConstraint(fields=('fan', 'period'), name='letter_once')],
            },
        ),
    ]
