from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0015_shown_where'),
    ]

    operations = [
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=32, unique=True)),
                ('kind', models.CharField(choices=[('person', 'a person'), ('fan', 'a fan')], max_length=6)),
                ('state', models.CharField(choices=[('wanted', 'asked for'), ('working', 'being erased'), ('done', 'erased')], default='wanted', max_length=7)),
                ('person', models.PositiveBigIntegerField(null=True)),
                ('login', models.PositiveBigIntegerField(null=True)),
                ('asked_at', models.DateTimeField(auto_now_add=True)),
                ('done_at', models.DateTimeField(null=True)),
                ('claim', models.PositiveIntegerField(default=0)),
                ('lease_until', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'done'), _negated=True), fields=['asked_at'], name='erasure_open')],
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('person__isnull', False)), fields=('person',), name='erasure_person_once'),
                    models.CheckConstraint(condition=models.Q(models.Q(('state', 'done'), _negated=True), models.Q(('login__isnull', True), ('person__isnull', True)), _connector='OR'), name='erasure_done_nobody'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Tombstone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('address', 'an e-mail address'), ('account', 'an account at a network'), ('handle', 'a handle at a network'), ('slug', 'the address of a page')], max_length=7)),
                ('digest', models.CharField(max_length=64, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name='TombstoneKey',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('sealed', models.TextField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='tombstonekey_one_row')],
            },
        ),
    ]
