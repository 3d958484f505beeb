"""SQLite's REPLACE went around the guards: raise them anew, with one more."""

from django.db import migrations

from gongzhi.city.journal.guards import drop_guards, raise_guards


def again(apps, editor):
    drop_guards(editor.connection)
    raise_guards(editor.connection)


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_guards")]
    operations = [migrations.RunPython(again, migrations.RunPython.noop)]
