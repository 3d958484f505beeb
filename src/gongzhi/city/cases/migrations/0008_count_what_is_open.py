from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0007_the_project_of_a_cluster"),
        ("people", "0002_written_mandates"),
        ("territory", "0002_boundaries_of_areas"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True)),
                fields=["area_path", "lead_path", "mechanism", "type", "urgency", "due", "warn_at", "id"],
                name="case_open_present",
            ),
        ),
    ]
