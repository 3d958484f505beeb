"""By which rule a cluster was found, and the project that it opened."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_claims_of_cases")]

    operations = [
        migrations.AddField(
            model_name="cluster",
            name="mechanism",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
        migrations.AddField(
            model_name="cluster",
            name="rule",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
        migrations.AddField(
            model_name="cluster",
            name="project",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="cluster_of",
                to="cases.case",
            ),
        ),
    ]
