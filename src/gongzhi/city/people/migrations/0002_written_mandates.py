"""Written mandates: who may act for whom, in which cases, and what was signed."""

import django.db.models.deletion
from django.db import migrations, models

import gongzhi.city.kernel.clock
import gongzhi.city.kernel.ids
import gongzhi.city.people.fields


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0001_accounts_residents_tokens"),
    ]

    operations = [
        migrations.CreateModel(
            name="Mandate",
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
                (
                    "code",
                    models.CharField(
                        default=gongzhi.city.kernel.ids.tracking_code,
                        max_length=16,
                        unique=True,
                        verbose_name="委托码",
                    ),
                ),
                ("agent_person", models.CharField(max_length=60)),
                ("agent_name", models.CharField(max_length=60, verbose_name="受托人")),
                ("agent_role", models.CharField(max_length=40)),
                ("agent_office", models.CharField(blank=True, max_length=40)),
                ("area_path", models.CharField(blank=True, default="", max_length=60)),
                (
                    "scope",
                    models.CharField(
                        choices=[("case", "只办这一件"), ("item", "只办这一个事项"), ("types", "办这几类事")],
                        max_length=8,
                        verbose_name="范围",
                    ),
                ),
                ("mechanism", models.CharField(blank=True, max_length=64)),
                ("types", models.JSONField(blank=True, default=list)),
                ("item", models.CharField(blank=True, max_length=80)),
                ("title", models.CharField(max_length=200, verbose_name="委托事项")),
                ("words", models.TextField(verbose_name="可以做什么")),
                ("once", models.BooleanField(default=False)),
                ("starts_on", models.DateField(verbose_name="自")),
                ("until", models.DateField(verbose_name="至")),
                (
                    "signed_how",
                    models.CharField(
                        choices=[("drawn", "屏幕上手写签名"), ("paper", "纸上签名，拍照存档")], max_length=8
                    ),
                ),
                ("signature", models.CharField(max_length=64)),
                (
                    "checked_how",
                    models.CharField(
                        choices=[
                            ("card_seen", "当面查看了身份证件"),
                            ("card_read", "当面刷身份证核验"),
                            ("video", "视频核验"),
                            ("witnessed", "本人到场，由村（社区）见证"),
                        ],
                        max_length=12,
                        verbose_name="身份核验",
                    ),
                ),
                ("signed_at", models.DateTimeField(default=gongzhi.city.kernel.clock.now)),
                ("witnessed_by", models.CharField(blank=True, max_length=60)),
                (
                    "state",
                    models.CharField(
                        choices=[("active", "有效"), ("used", "已用于办理"), ("revoked", "已撤销")],
                        default="active",
                        max_length=8,
                    ),
                ),
                ("revoked_at", models.DateTimeField(null=True)),
                ("revoked_by", models.CharField(blank=True, max_length=12)),
                ("revoked_why", models.CharField(blank=True, max_length=200)),
                (
                    "mandator",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mandates",
                        to="people.resident",
                        verbose_name="委托人",
                    ),
                ),
            ],
            options={
                "verbose_name": "委托书",
            },
        ),
        migrations.CreateModel(
            name="MandatePaper",
            fields=[
                (
                    "mandate",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="paper",
                        serialize=False,
                        to="people.mandate",
                    ),
                ),
                ("image", gongzhi.city.people.fields.EncryptedTextField(blank=True, privacy="identity")),
                ("type", models.CharField(max_length=20)),
            ],
        ),
        migrations.CreateModel(
            name="MandateCase",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("case", models.UUIDField()),
                ("since", models.DateTimeField(default=gongzhi.city.kernel.clock.now)),
                (
                    "mandate",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="people.mandate",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="mandate",
            index=models.Index(fields=["agent_person", "until", "id"], name="mandate_agent_until"),
        ),
        migrations.AddIndex(
            model_name="mandate",
            index=models.Index(fields=["mandator", "until"], name="mandate_mandator_until"),
        ),
        migrations.AddIndex(
            model_name="mandate",
            index=models.Index(fields=["area_path", "id"], name="mandate_area"),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__gte", models.F("starts_on"))), name="mandate_ends_after_start"
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("revoked_at__isnull", False), ("state", "revoked")),
                    models.Q(models.Q(("state", "revoked"), _negated=True), ("revoked_at__isnull", True)),
                    _connector="OR",
                ),
                name="mandate_revoked_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("scope", "item"), _negated=True),
                    models.Q(("item", ""), _negated=True),
                    _connector="OR",
                ),
                name="mandate_item_is_named",
            ),
        ),
        migrations.AddIndex(
            model_name="mandatecase",
            index=models.Index(fields=["case"], name="mandate_case"),
        ),
        migrations.AddConstraint(
            model_name="mandatecase",
            constraint=models.UniqueConstraint(fields=("mandate", "case"), name="mandate_case_once"),
        ),
    ]
