"""Pilots, their areas, the changes of their plans, and what was computed."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("territory", "0002_boundaries_of_areas"),
    ]

    operations = [
        migrations.CreateModel(
            name="Pilot",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("title", models.CharField(max_length=120, verbose_name="名称")),
                ("mechanism", models.CharField(max_length=64, verbose_name="机制")),
                ("version", models.CharField(max_length=32, verbose_name="试的版本")),
                ("base", models.CharField(max_length=32, verbose_name="其余地方的版本")),
                ("plan", models.JSONField(default=dict)),
                (
                    "idea",
                    models.CharField(blank=True, default="", max_length=48, verbose_name="来自哪条微改革"),
                ),
                ("author", models.CharField(max_length=64)),
                ("author_name", models.CharField(max_length=60, verbose_name="起草人")),
                ("made_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "起草"),
                            ("declared", "已公布"),
                            ("approved", "已批准"),
                            ("running", "进行中"),
                            ("ended", "已结束"),
                            ("decided", "已定"),
                            ("dropped", "作废"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="到哪一步",
                    ),
                ),
                (
                    "plan_hash",
                    models.CharField(blank=True, default="", max_length=64, verbose_name="方案指纹"),
                ),
                ("declared_at", models.DateTimeField(null=True)),
                ("approved_at", models.DateTimeField(null=True)),
                ("approved_by", models.CharField(blank=True, default="", max_length=64)),
                ("approved_name", models.CharField(blank=True, default="", max_length=60)),
                ("started_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("end_reason", models.CharField(blank=True, default="", max_length=500)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_name", models.CharField(blank=True, default="", max_length=60)),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[("promoted", "推广"), ("adapted", "改进再试"), ("withdrawn", "退出")],
                        default="",
                        max_length=10,
                        verbose_name="决定",
                    ),
                ),
                ("reason", models.CharField(blank=True, default="", max_length=1000, verbose_name="理由")),
                ("trouble", models.CharField(blank=True, default="", max_length=500)),
            ],
            options={
                "verbose_name": "试点",
                "indexes": [
                    models.Index(fields=["-id", "state"], name="pilot_newest"),
                    models.Index(fields=["state", "mechanism"], name="pilot_state"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decision__gt", ""), ("state", "decided")),
                            models.Q(models.Q(("state", "decided"), _negated=True), ("decision", "")),
                            _connector="OR",
                        ),
                        name="pilot_decided_says_what",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by", ""),
                            models.Q(("approved_by", models.F("author")), _negated=True),
                            _connector="OR",
                        ),
                        name="pilot_four_eyes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at", None), ("ended_at__gte", models.F("started_at")), _connector="OR"
                        ),
                        name="pilot_ends_after_start",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Amendment",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=64)),
                ("name", models.CharField(max_length=60)),
                ("text", models.CharField(max_length=1000, verbose_name="改了什么、为什么")),
                ("ends", models.DateField(null=True)),
                (
                    "pilot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="amendments",
                        to="pilots.pilot",
                    ),
                ),
            ],
            options={
                "verbose_name": "方案的修改",
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Analysis",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("look", models.SmallIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "排队"),
                            ("running", "在算"),
                            ("done", "算好了"),
                            ("failed", "没算成"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("done", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveIntegerField(default=0)),
                ("plan_hash", models.CharField(max_length=64)),
                ("asked_at", models.DateTimeField()),
                ("asked_name", models.CharField(max_length=60)),
                ("finished_at", models.DateTimeField(null=True)),
                ("data", models.JSONField(default=dict)),
                ("said", models.CharField(blank=True, default="", max_length=500)),
                (
                    "pilot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="analyses",
                        to="pilots.pilot",
                    ),
                ),
            ],
            options={
                "verbose_name": "试点的计算",
                "constraints": [
                    models.UniqueConstraint(fields=("pilot", "look"), name="pilot_analysis_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="PilotArea",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "side",
                    models.CharField(choices=[("treated", "试点"), ("comparison", "对照")], max_length=10),
                ),
                ("unit", models.CharField(max_length=24)),
                ("followed_at", models.DateTimeField(null=True)),
                ("mixed", models.BooleanField(default=False)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="territory.area"
                    ),
                ),
                (
                    "pilot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="areas", to="pilots.pilot"
                    ),
                ),
            ],
            options={
                "verbose_name": "试点的地方",
                "constraints": [
                    models.UniqueConstraint(fields=("pilot", "unit", "area"), name="pilot_area_once")
                ],
            },
        ),
    ]
