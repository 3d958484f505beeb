"""When which comparison was made, and which case a hit became."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="ComparisonRun",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("mechanism", models.CharField(max_length=64, verbose_name="机制")),
                ("version", models.CharField(max_length=32, verbose_name="版本")),
                ("comparison", models.CharField(max_length=64, verbose_name="比对")),
                ("purpose", models.CharField(max_length=200, verbose_name="用途和依据")),
                ("asked_by", models.CharField(max_length=64)),
                (
                    "asked_name",
                    models.CharField(blank=True, default="", max_length=60, verbose_name="谁发起"),
                ),
                ("asked_at", models.DateTimeField(verbose_name="发起")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "排队"),
                            ("running", "正在比"),
                            ("done", "比完"),
                            ("failed", "没有做成"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("rows", models.PositiveIntegerField(default=0, verbose_name="比了多少条")),
                ("hits", models.PositiveIntegerField(default=0, verbose_name="对上多少条")),
                ("fresh", models.PositiveIntegerField(default=0, verbose_name="新的")),
                ("done_at", models.DateTimeField(null=True)),
                ("trouble", models.CharField(blank=True, default="", max_length=300)),
            ],
            options={
                "verbose_name": "比对",
                "indexes": [
                    models.Index(fields=["mechanism", "comparison", "-id"], name="comparison_run_of")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("waiting", "running"))),
                        fields=("mechanism", "comparison"),
                        name="comparison_run_one_open",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ComparisonHit",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("mechanism", models.CharField(max_length=64)),
                ("comparison", models.CharField(max_length=64)),
                ("fingerprint", models.CharField(max_length=64)),
                ("case", models.UUIDField()),
                ("at", models.DateTimeField()),
                (
                    "run",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="found",
                        to="comparisons.comparisonrun",
                    ),
                ),
            ],
            options={
                "verbose_name": "比对疑点",
                "indexes": [models.Index(fields=["run", "id"], name="comparison_hit_of_run")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("mechanism", "comparison", "fingerprint"), name="comparison_hit_once"
                    )
                ],
            },
        ),
    ]
