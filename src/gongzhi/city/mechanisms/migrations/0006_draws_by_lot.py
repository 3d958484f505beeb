"""Draws by lot, kept so that they can be made again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mechanisms", "0005_matters_to_sort")]

    operations = [
        migrations.CreateModel(
            name="Draw",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("mechanism", models.CharField(max_length=64)),
                ("type", models.CharField(max_length=64)),
                ("step", models.CharField(max_length=64)),
                ("week", models.CharField(max_length=8, verbose_name="周")),
                ("seed", models.CharField(max_length=80, verbose_name="种子")),
                ("share", models.DecimalField(decimal_places=4, max_digits=5, verbose_name="比例")),
                ("waiting", models.JSONField(verbose_name="抽签范围")),
                ("drawn", models.JSONField(verbose_name="抽中")),
                ("at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "抽签",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("mechanism", "type", "step", "week"), name="draw_once_a_week"
                    )
                ],
            },
        ),
    ]
