"""Verdicts in five grades, by channel and dimension, with what was judged copied beside them."""

from django.db import migrations, models
from django.utils import timezone


def copy_what_was_judged(apps, schema_editor):
    """Verdicts that were given before: by the web, about what their cases say."""
    rating = apps.get_model("cases", "Rating")
    for row in rating.objects.select_related("case").defer("case__state").iterator(500):
        case, day = row.case, timezone.localdate(row.rated_at)
        row.office, row.office_path, row.area_path = case.lead_id or "", case.lead_path, case.area_path
        row.type, row.case_channel = f"{case.mechanism}.{case.type}", case.channel
        row.month = day.year * 100 + day.month
        row.save(update_fields=["office", "office_path", "area_path", "type", "case_channel", "month"])


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0002_full_text_search"),
    ]

    operations = [
        migrations.AddField(
            model_name="rating",
            name="area_path",
            field=models.CharField(blank=True, default="", max_length=60),
        ),
        migrations.AddField(
            model_name="rating",
            name="case_channel",
            field=models.CharField(blank=True, default="", max_length=32),
        ),
        migrations.AddField(
            model_name="rating",
            name="channel",
            field=models.CharField(
                choices=[
                    ("web", "网上"),
                    ("window", "窗口评价器"),
                    ("qr", "扫码"),
                    ("terminal", "自助终端"),
                    ("phone", "12345热线"),
                    ("video", "视频办理"),
                ],
                default="web",
                max_length=8,
                verbose_name="渠道",
            ),
        ),
        migrations.AddField(
            model_name="rating",
            name="dimensions",
            field=models.JSONField(blank=True, default=list, verbose_name="评的是哪些方面"),
        ),
        migrations.AddField(
            model_name="rating",
            name="item",
            field=models.CharField(blank=True, default="", max_length=80),
        ),
        migrations.AddField(
            model_name="rating",
            name="month",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="rating",
            name="office",
            field=models.CharField(blank=True, default="", max_length=40, verbose_name="被评价单位"),
        ),
        migrations.AddField(
            model_name="rating",
            name="office_path",
            field=models.CharField(blank=True, default="", max_length=60),
        ),
        migrations.AddField(
            model_name="rating",
            name="publishable",
            field=models.BooleanField(default=False, verbose_name="可以公开原话"),
        ),
        migrations.AddField(
            model_name="rating",
            name="type",
            field=models.CharField(blank=True, default="", max_length=130),
        ),
        migrations.AlterField(
            model_name="rating",
            name="stars",
            field=models.PositiveSmallIntegerField(
                choices=[(5, "非常满意"), (4, "满意"), (3, "基本满意"), (2, "不满意"), (1, "非常不满意")],
                verbose_name="满意程度",
            ),
        ),
        migrations.RunPython(copy_what_was_judged, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            model_name="rating",
            index=models.Index(fields=["month", "office_path"], name="rating_month_office"),
        ),
        migrations.AddIndex(
            model_name="rating",
            index=models.Index(
                condition=models.Q(("stars__lte", 2)), fields=["month", "case"], name="rating_bad_month"
            ),
        ),
    ]
