"""Which step of the parent called a child case: for the view of what waits for what."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mechanisms", "0002_papers_with_a_seal")]

    operations = [
        migrations.AddField(
            model_name="child", name="step", field=models.CharField(blank=True, default="", max_length=64)
        ),
        migrations.AddField(
            model_name="child", name="item", field=models.CharField(blank=True, default="", max_length=64)
        ),
    ]
