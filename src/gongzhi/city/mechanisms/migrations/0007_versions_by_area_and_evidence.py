"""Where another version of a mechanism runs than in the rest of the city, and what was found out about a version's effect."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mechanisms", "0006_draws_by_lot")]

    operations = [
        migrations.CreateModel(
            name="Placement",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("mechanism", models.CharField(max_length=64, verbose_name="机制")),
                ("version", models.CharField(max_length=32, verbose_name="版本")),
                ("area_path", models.CharField(max_length=60, verbose_name="区域")),
                ("since", models.DateTimeField(verbose_name="起")),
                ("until", models.DateTimeField(null=True, verbose_name="止")),
                ("source", models.CharField(max_length=64)),
            ],
            options={
                "verbose_name": "机制在哪里运行",
                "indexes": [models.Index(fields=["source", "area_path"], name="placement_source")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until", None)),
                        fields=("mechanism", "area_path"),
                        name="placement_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until", None), ("until__gte", models.F("since")), _connector="OR"
                        ),
                        name="placement_ends_after_start",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("mechanism", models.CharField(max_length=64, verbose_name="机制")),
                ("version", models.CharField(max_length=32, verbose_name="版本")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("pilot", "试点"),
                            ("mining", "流程挖掘"),
                            ("simulation", "推演"),
                            ("appraisal", "考核"),
                        ],
                        max_length=16,
                        verbose_name="来源",
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="名称")),
                ("at", models.DateTimeField()),
                ("data", models.JSONField(default=dict)),
                ("source", models.CharField(blank=True, default="", max_length=64)),
            ],
            options={
                "verbose_name": "成效依据",
                "indexes": [models.Index(fields=["mechanism", "at"], name="evidence_mechanism")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("source", ""), _negated=True),
                        fields=("source",),
                        name="evidence_once_per_source",
                    )
                ],
            },
        ),
    ]
