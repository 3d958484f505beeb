"""PostgreSQL: an index of the names alone, because GIN keeps no weights and would have every text looked at again."""

from django.db import migrations

POSTGRES = (
    """ALTER TABLE records_recordtext ADD COLUMN head_vector tsvector
        GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, head)) STORED""",
    "CREATE INDEX recordtext_head_vector ON records_recordtext USING gin (head_vector)",
)
POSTGRES_BACK = ("ALTER TABLE records_recordtext DROP COLUMN head_vector",)


def forwards(apps, schema_editor):
    run(schema_editor, POSTGRES)


def backwards(apps, schema_editor):
    run(schema_editor, POSTGRES_BACK)


def run(schema_editor, statements):
    if schema_editor.connection.vendor == "postgresql":
        for statement in statements:
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("records", "0002_full_text_search")]

    operations = [migrations.RunPython(forwards, backwards)]
