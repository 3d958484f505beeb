import django.db.models.deletion
from django.db import migrations, models

import gongzhi.city.kernel.clock
import gongzhi.city.kernel.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("territory", "0001_areas_offices_posts"),
    ]

    operations = [
        migrations.CreateModel(
            name="Record",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=gongzhi.city.kernel.ids.sortable_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("register", models.CharField(max_length=64, verbose_name="登记簿")),
                ("mechanism", models.CharField(max_length=64, verbose_name="机制")),
                ("key", models.CharField(max_length=64, verbose_name="编号")),
                ("name", models.CharField(blank=True, default="", max_length=200, verbose_name="名称")),
                ("state", models.CharField(max_length=64, verbose_name="状态")),
                ("data", models.JSONField(default=dict)),
                ("version", models.PositiveIntegerField(default=0)),
                ("published_state", models.CharField(blank=True, default="", max_length=64)),
                ("area_path", models.CharField(blank=True, default="", max_length=60)),
                ("office_path", models.CharField(blank=True, default="", max_length=60)),
                ("created_at", models.DateTimeField(default=gongzhi.city.kernel.clock.now)),
                ("changed_at", models.DateTimeField(default=gongzhi.city.kernel.clock.now)),
                (
                    "area",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="territory.area",
                        to_field="code",
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="territory.office",
                        to_field="code",
                    ),
                ),
            ],
            options={
                "verbose_name": "登记",
            },
        ),
        migrations.CreateModel(
            name="Version",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=gongzhi.city.kernel.ids.sortable_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("data", models.JSONField(default=dict)),
                ("state", models.CharField(max_length=64)),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("created", "登记"),
                            ("changed", "修改"),
                            ("corrected", "更正"),
                            ("moved", "变更状态"),
                        ],
                        max_length=16,
                    ),
                ),
                ("move", models.CharField(blank=True, default="", max_length=64)),
                ("note", models.CharField(blank=True, default="", max_length=500, verbose_name="说明")),
                ("at", models.DateTimeField()),
                ("person", models.CharField(max_length=64)),
                ("role", models.CharField(blank=True, default="", max_length=40)),
                ("who", models.CharField(blank=True, default="", max_length=60)),
                ("digest", models.CharField(max_length=64)),
                (
                    "record",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="records.record",
                    ),
                ),
            ],
            options={
                "verbose_name": "版本",
            },
        ),
        migrations.AddField(
            model_name="record",
            name="published",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="records.version",
            ),
        ),
        migrations.CreateModel(
            name="RecordLink",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("field", models.CharField(max_length=128)),
                ("register", models.CharField(max_length=64)),
                ("key", models.CharField(max_length=64)),
                (
                    "record",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links",
                        to="records.record",
                    ),
                ),
            ],
            options={
                "verbose_name": "关联",
                "indexes": [models.Index(fields=["register", "key", "record"], name="record_link_target")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("record", "field", "register", "key"), name="record_link_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RecordText",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("public", models.BooleanField()),
                ("head", models.TextField()),
                ("words", models.TextField()),
                (
                    "record",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="texts",
                        to="records.record",
                    ),
                ),
            ],
            options={
                "verbose_name": "检索文本",
                "constraints": [
                    models.UniqueConstraint(fields=("record", "public"), name="record_text_once")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.UniqueConstraint(fields=("record", "number"), name="record_version_once"),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(fields=["register", "state", "key"], name="record_state_key"),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                condition=models.Q(("published_state", ""), _negated=True),
                fields=["register", "published_state", "key"],
                name="record_published_key",
            ),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(fields=["register", "office_path", "key"], name="record_office_key"),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(fields=["register", "area_path", "key"], name="record_area_key"),
        ),
        migrations.AddConstraint(
            model_name="record",
            constraint=models.UniqueConstraint(fields=("register", "key"), name="record_key_once"),
        ),
        migrations.AddConstraint(
            model_name="record",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("published__isnull", True), ("published_state", "")),
                    models.Q(("published__isnull", False), models.Q(("published_state", ""), _negated=True)),
                    _connector="OR",
                ),
                name="record_published_has_state",
            ),
        ),
    ]
