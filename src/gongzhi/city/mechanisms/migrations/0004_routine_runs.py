"""What came of every occurrence of a routine, and notices that bring a bulletin instead of a case."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0001_cases_tasks_files"),
        ("mechanisms", "0003_the_step_of_a_child"),
    ]

    operations = [
        migrations.AlterField(
            model_name="notice",
            name="case",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notices",
                to="cases.case",
            ),
        ),
        migrations.CreateModel(
            name="RoutineRun",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("mechanism", models.CharField(max_length=64, verbose_name="机制")),
                ("version", models.CharField(max_length=32, verbose_name="版本")),
                ("routine", models.CharField(max_length=64, verbose_name="例行")),
                ("title", models.CharField(max_length=120, verbose_name="名称")),
                ("occurrence", models.DateField(verbose_name="日期")),
                ("due_at", models.DateTimeField(verbose_name="应办时间")),
                ("since", models.DateTimeField()),
                (
                    "result",
                    models.CharField(
                        choices=[
                            ("bulletin", "已出通报"),
                            ("opened", "已开"),
                            ("nothing", "不用开"),
                            ("missed", "漏过"),
                            ("failed", "没有做成"),
                        ],
                        max_length=8,
                        verbose_name="结果",
                    ),
                ),
                ("ran_at", models.DateTimeField(verbose_name="办理时间")),
                ("said", models.TextField(blank=True, default="")),
                ("number", models.CharField(blank=True, default="", max_length=60, verbose_name="文号")),
                ("body", models.TextField(blank=True, default="")),
                ("data", models.JSONField(default=dict)),
                (
                    "case",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="routine_runs",
                        to="cases.case",
                    ),
                ),
            ],
            options={
                "verbose_name": "例行",
            },
        ),
        migrations.AddField(
            model_name="notice",
            name="run",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notices",
                to="mechanisms.routinerun",
            ),
        ),
        migrations.AddIndex(
            model_name="routinerun",
            index=models.Index(fields=["due_at", "id"], name="routine_run_newest"),
        ),
        migrations.AddIndex(
            model_name="routinerun",
            index=models.Index(
                condition=models.Q(("result", "failed")), fields=["id"], name="routine_run_failed"
            ),
        ),
        migrations.AddConstraint(
            model_name="routinerun",
            constraint=models.UniqueConstraint(
                fields=("mechanism", "routine", "occurrence"), name="routine_occurrence_once"
            ),
        ),
    ]
