"""Triggers: the database itself refuses to change or delete an entry."""

from django.db import migrations

from gongzhi.city.journal.guards import drop_guards, raise_guards


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_entries_heads_anchors")]
    operations = [
        migrations.RunPython(
            lambda apps, editor: raise_guards(editor.connection),
            lambda apps, editor: drop_guards(editor.connection),
        )
    ]
