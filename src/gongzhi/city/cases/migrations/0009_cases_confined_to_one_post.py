from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0008_count_what_is_open"),
        ("people", "0002_written_mandates"),
        ("territory", "0002_boundaries_of_areas"),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="confined",
            field=models.BooleanField(db_default=False, default=False, verbose_name="限知"),
        ),
        migrations.AddField(
            model_name="task",
            name="confined",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("confined", True)),
                fields=["lead_path", "opened_at", "id"],
                name="case_confined",
            ),
        ),
    ]
