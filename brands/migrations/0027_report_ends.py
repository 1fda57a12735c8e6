from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("brands", "0026_rows_done_at")]
    operations = [
        migrations.CreateModel(
            name="ReportEnd",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("report", models.BigIntegerField(unique=True)),
                ("email", models.CharField(max_length=254)),
                ("mail_at", models.DateTimeField(db_index=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
            ],
        ),
    ]
