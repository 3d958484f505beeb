"""When everything sealed in a record was erased because its time was over."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0003_search_names_apart")]

    operations = [
        migrations.AddField(
            model_name="record",
            name="erased_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
