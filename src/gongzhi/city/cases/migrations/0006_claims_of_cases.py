"""What there may be only one of at a time (``only_one`` of a case type)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0005_drafts_and_records_of_cases")]

    operations = [
        migrations.CreateModel(
            name="CaseClaim",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("mechanism", models.CharField(max_length=64)),
                ("type", models.CharField(max_length=64)),
                ("digest", models.CharField(max_length=64)),
                ("while_open", models.BooleanField(default=False)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="claims", to="cases.case"
                    ),
                ),
            ],
            options={
                "verbose_name": "独占",
                "constraints": [
                    models.UniqueConstraint(fields=("mechanism", "type", "digest"), name="case_claim_once")
                ],
            },
        ),
    ]
