import datetime

import django.db.models.deletion
from django.db import migrations, models

import gongzhi.city.kernel.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "__first__"),
        ("territory", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("sha256", models.CharField(max_length=64)),
                ("name", models.CharField(max_length=200, verbose_name="文件名")),
                ("type", models.CharField(max_length=100, verbose_name="类型")),
                ("size", models.PositiveBigIntegerField(verbose_name="大小")),
                ("width", models.PositiveIntegerField(null=True)),
                ("height", models.PositiveIntegerField(null=True)),
                ("added_at", models.DateTimeField()),
                ("added_by", models.CharField(max_length=64)),
            ],
            options={
                "verbose_name": "附件",
            },
        ),
        migrations.CreateModel(
            name="Case",
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
                ("mechanism", models.CharField(max_length=64, verbose_name="机制")),
                ("version", models.CharField(max_length=32, verbose_name="版本")),
                ("type", models.CharField(max_length=64, verbose_name="事项类型")),
                ("tracking_code", models.CharField(max_length=16, unique=True, verbose_name="查询码")),
                ("seq", models.PositiveIntegerField(null=True, verbose_name="序号")),
                ("number", models.CharField(max_length=48, null=True, verbose_name="编号")),
                ("subject", models.CharField(max_length=200, verbose_name="标题")),
                ("kind", models.CharField(blank=True, default="", max_length=32, verbose_name="类型")),
                ("category", models.CharField(blank=True, default="", max_length=64, verbose_name="类别")),
                ("urgency", models.CharField(blank=True, default="", max_length=16, verbose_name="紧急程度")),
                ("channel", models.CharField(max_length=32, verbose_name="渠道")),
                ("area_path", models.CharField(blank=True, default="", max_length=60)),
                ("lon", models.FloatField(null=True)),
                ("lat", models.FloatField(null=True)),
                ("anonymous", models.BooleanField(default=False, verbose_name="匿名")),
                ("confidential", models.BooleanField(default=False, verbose_name="保密")),
                ("lead_path", models.CharField(blank=True, default="", max_length=60)),
                ("opened_at", models.DateTimeField(verbose_name="受理时间")),
                ("ended", models.CharField(blank=True, default="", max_length=64, verbose_name="结果")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="办结时间")),
                ("citizen_due", models.DateTimeField(null=True, verbose_name="群众时限")),
                ("unit_due", models.DateTimeField(null=True, verbose_name="承办时限")),
                (
                    "due",
                    models.DateTimeField(
                        default=datetime.datetime(9999, 12, 31, 0, 0, tzinfo=datetime.UTC),
                        verbose_name="最近时限",
                    ),
                ),
                (
                    "warn_at",
                    models.DateTimeField(
                        default=datetime.datetime(9999, 12, 31, 0, 0, tzinfo=datetime.UTC),
                        verbose_name="预警时间",
                    ),
                ),
                ("wake_at", models.DateTimeField(null=True)),
                ("state", models.JSONField(default=dict)),
                ("length", models.PositiveIntegerField(default=0)),
            ],
            options={
                "verbose_name": "案件",
            },
        ),
        migrations.CreateModel(
            name="CaseLink",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=32)),
                ("made_at", models.DateTimeField()),
                ("made_by", models.CharField(max_length=64)),
            ],
            options={
                "verbose_name": "关联",
            },
        ),
        migrations.CreateModel(
            name="CaseText",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("words", models.TextField()),
            ],
            options={
                "verbose_name": "检索文本",
            },
        ),
        migrations.CreateModel(
            name="Cluster",
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
                ("title", models.CharField(max_length=200, verbose_name="热点问题")),
                ("place", models.CharField(blank=True, default="", max_length=200, verbose_name="地点")),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("size", models.PositiveIntegerField(default=0)),
                ("heat", models.FloatField(default=0, verbose_name="热度")),
                ("found_by", models.CharField(max_length=64)),
                ("found_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "热点",
            },
        ),
        migrations.CreateModel(
            name="Counter",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("office", models.CharField(blank=True, default="", max_length=64)),
                ("kind", models.CharField(max_length=64)),
                ("count", models.PositiveIntegerField(default=0)),
                ("counted_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "日计数",
            },
        ),
        migrations.CreateModel(
            name="ImportRow",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("row", models.PositiveIntegerField(verbose_name="行")),
                ("source_id", models.CharField(blank=True, default="", max_length=100)),
                ("code", models.CharField(max_length=16)),
                ("reason", models.TextField(verbose_name="原因")),
            ],
            options={
                "verbose_name": "拒收行",
            },
        ),
        migrations.CreateModel(
            name="ImportRun",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("source", models.CharField(max_length=100)),
                ("sha256", models.CharField(max_length=64)),
                ("mechanism", models.CharField(max_length=64)),
                ("type", models.CharField(max_length=64)),
                ("mapping", models.JSONField(default=dict)),
                ("position", models.PositiveIntegerField(default=0)),
                ("taken", models.PositiveIntegerField(default=0)),
                ("known", models.PositiveIntegerField(default=0)),
                ("refused", models.PositiveIntegerField(default=0)),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("by", models.CharField(max_length=64)),
            ],
            options={
                "verbose_name": "导入",
            },
        ),
        migrations.CreateModel(
            name="ImportSource",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("source", models.CharField(max_length=100)),
                ("source_id", models.CharField(max_length=100)),
            ],
            options={
                "verbose_name": "来源记录",
            },
        ),
        migrations.CreateModel(
            name="Request",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("actor", models.CharField(max_length=64)),
                ("key", models.CharField(max_length=128)),
                ("digest", models.CharField(max_length=64)),
                ("answer", models.JSONField(default=dict)),
                ("at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "已答请求",
            },
        ),
        migrations.CreateModel(
            name="Series",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("mechanism", models.CharField(max_length=64)),
                ("type", models.CharField(max_length=64)),
                ("office", models.CharField(blank=True, default="", max_length=64)),
                ("year", models.PositiveSmallIntegerField()),
                ("pattern", models.CharField(max_length=64)),
                ("last", models.PositiveIntegerField(default=0)),
            ],
            options={
                "verbose_name": "编号序列",
            },
        ),
        migrations.CreateModel(
            name="Task",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("token", models.PositiveIntegerField()),
                ("step", models.CharField(max_length=64, verbose_name="环节")),
                ("role", models.CharField(max_length=32, verbose_name="角色")),
                ("office_path", models.CharField(blank=True, default="", max_length=60)),
                ("person", models.CharField(blank=True, default="", max_length=64, verbose_name="经办人")),
                ("item", models.CharField(blank=True, default="", max_length=64)),
                ("side", models.BooleanField(default=False)),
                ("opened_at", models.DateTimeField(verbose_name="开始时间")),
                (
                    "due",
                    models.DateTimeField(
                        default=datetime.datetime(9999, 12, 31, 0, 0, tzinfo=datetime.UTC),
                        verbose_name="时限",
                    ),
                ),
                (
                    "warn_at",
                    models.DateTimeField(
                        default=datetime.datetime(9999, 12, 31, 0, 0, tzinfo=datetime.UTC)
                    ),
                ),
            ],
            options={
                "verbose_name": "待办",
            },
        ),
        migrations.CreateModel(
            name="CallbackList",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("person", models.CharField(max_length=64, verbose_name="回访员")),
                ("drawn_at", models.DateTimeField()),
                ("valid_until", models.DateTimeField()),
            ],
            options={
                "verbose_name": "回访清单",
                "indexes": [models.Index(fields=["person", "valid_until"], name="callback_person")],
            },
        ),
        migrations.CreateModel(
            name="CallbackItem",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("token", models.PositiveIntegerField()),
                ("done_at", models.DateTimeField(null=True)),
                ("released_at", models.DateTimeField(null=True)),
                (
                    "list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="cases.callbacklist",
                    ),
                ),
            ],
            options={
                "verbose_name": "回访项",
            },
        ),
        migrations.CreateModel(
            name="Rating",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="rating",
                        serialize=False,
                        to="cases.case",
                    ),
                ),
                ("contacted", models.BooleanField(null=True, verbose_name="联系过我")),
                ("solved", models.BooleanField(null=True, verbose_name="解决了")),
                ("stars", models.PositiveSmallIntegerField(verbose_name="满意程度")),
                ("words", models.TextField(blank=True, default="", verbose_name="想说的话")),
                ("rated_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "评价",
            },
        ),
        migrations.AddField(
            model_name="case",
            name="area",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="territory.area",
                to_field="code",
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="lead",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="territory.office",
                to_field="code",
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="merged_into",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged",
                to="cases.case",
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="reporter",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.resident",
            ),
        ),
        migrations.AddField(
            model_name="callbackitem",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="callbacks", to="cases.case"
            ),
        ),
        migrations.AddField(
            model_name="attachment",
            name="case",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="attachments",
                to="cases.case",
            ),
        ),
        migrations.AddField(
            model_name="caselink",
            name="source",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="links", to="cases.case"
            ),
        ),
        migrations.AddField(
            model_name="caselink",
            name="target",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="linked_from", to="cases.case"
            ),
        ),
        migrations.AddField(
            model_name="casetext",
            name="case",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="text", to="cases.case"
            ),
        ),
        migrations.AddField(
            model_name="cluster",
            name="owner",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="territory.office",
                to_field="code",
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="cluster",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="cases",
                to="cases.cluster",
            ),
        ),
        migrations.AddConstraint(
            model_name="counter",
            constraint=models.UniqueConstraint(fields=("kind", "day", "office"), name="counter_once"),
        ),
        migrations.AddConstraint(
            model_name="importrun",
            constraint=models.UniqueConstraint(fields=("source", "sha256"), name="import_file_once"),
        ),
        migrations.AddField(
            model_name="importrow",
            name="run",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="refusals", to="cases.importrun"
            ),
        ),
        migrations.AddField(
            model_name="importsource",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="sources", to="cases.case"
            ),
        ),
        migrations.AddIndex(
            model_name="request",
            index=models.Index(fields=["at"], name="request_at"),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.UniqueConstraint(fields=("actor", "key"), name="request_once"),
        ),
        migrations.AddConstraint(
            model_name="series",
            constraint=models.UniqueConstraint(
                fields=("mechanism", "type", "office", "year"), name="series_once"
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="series",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="cases",
                to="cases.series",
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="case",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="tasks",
                to="cases.case",
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="office",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="territory.office",
                to_field="code",
            ),
        ),
        migrations.AddConstraint(
            model_name="rating",
            constraint=models.CheckConstraint(
                condition=models.Q(("stars__gte", 1), ("stars__lte", 5)), name="rating_one_to_five"
            ),
        ),
        migrations.AddConstraint(
            model_name="callbackitem",
            constraint=models.UniqueConstraint(
                condition=models.Q(("done_at__isnull", True), ("released_at__isnull", True)),
                fields=("case", "token"),
                name="callback_one_living_item",
            ),
        ),
        migrations.AddIndex(
            model_name="attachment",
            index=models.Index(fields=["sha256"], name="attachment_sha256"),
        ),
        migrations.AddIndex(
            model_name="attachment",
            index=models.Index(
                condition=models.Q(("case__isnull", True)), fields=["added_at"], name="attachment_unclaimed"
            ),
        ),
        migrations.AddConstraint(
            model_name="caselink",
            constraint=models.UniqueConstraint(fields=("source", "target", "kind"), name="link_once"),
        ),
        migrations.AddIndex(
            model_name="cluster",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True)), fields=["-heat"], name="cluster_hot"
            ),
        ),
        migrations.AddConstraint(
            model_name="importrow",
            constraint=models.UniqueConstraint(fields=("run", "row"), name="import_refusal_once"),
        ),
        migrations.AddConstraint(
            model_name="importsource",
            constraint=models.UniqueConstraint(fields=("source", "source_id"), name="import_source_once"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True)), fields=["due", "id"], name="case_open_due"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True)),
                fields=["lead", "due", "id"],
                name="case_open_lead_due",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True)),
                fields=["lead_path", "due"],
                name="case_open_leadpath",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True)),
                fields=["area_path", "due"],
                name="case_open_areapath",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True)),
                fields=["category", "due", "id"],
                name="case_open_category_due",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True), ("lat__isnull", False)),
                fields=["lat", "lon"],
                name="case_open_place",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["opened_at", "id"], name="case_opened"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["lead", "opened_at", "id"], name="case_lead_opened"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["area_path", "opened_at"], name="case_areapath_opened"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True), _negated=True),
                fields=["ended_at", "id"],
                name="case_ended",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("reporter__isnull", False)),
                fields=["reporter", "-opened_at"],
                name="case_reporter",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("cluster__isnull", False)), fields=["cluster", "due"], name="case_cluster"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)), fields=["merged_into"], name="case_merged"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("wake_at__isnull", False)), fields=["wake_at", "id"], name="case_wake"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("number__isnull", True)), fields=["series", "id"], name="case_unnumbered"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("number__isnull", False)), fields=["number"], name="case_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(fields=("series", "seq"), name="case_number_once"),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(("ended", ""), ("ended_at__isnull", False), _connector="OR"),
                name="case_end_has_time",
            ),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(fields=["role", "office", "due", "id"], name="task_role_office_due"),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(fields=["office_path", "due"], name="task_officepath_due"),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                condition=models.Q(("person", ""), _negated=True),
                fields=["person", "due"],
                name="task_person_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.UniqueConstraint(fields=("case", "token"), name="task_token_once"),
        ),
    ]
