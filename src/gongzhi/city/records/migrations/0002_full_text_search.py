"""Full-text search over bigrams: an FTS5 table kept by triggers on SQLite, a generated tsvector on PostgreSQL."""

from django.db import migrations

SQLITE = (
    """CREATE VIRTUAL TABLE records_recordtext_fts USING fts5(
        head, words, content='records_recordtext', content_rowid='id', tokenize='unicode61 remove_diacritics 0')""",
    """CREATE TRIGGER records_recordtext_ai AFTER INSERT ON records_recordtext BEGIN
        INSERT INTO records_recordtext_fts(rowid, head, words) VALUES (new.id, new.head, new.words); END""",
    """CREATE TRIGGER records_recordtext_ad AFTER DELETE ON records_recordtext BEGIN
        INSERT INTO records_recordtext_fts(records_recordtext_fts, rowid, head, words)
        VALUES ('delete', old.id, old.head, old.words); END""",
    """CREATE TRIGGER records_recordtext_au AFTER UPDATE OF head, words ON records_recordtext BEGIN
        INSERT INTO records_recordtext_fts(records_recordtext_fts, rowid, head, words)
        VALUES ('delete', old.id, old.head, old.words);
        INSERT INTO records_recordtext_fts(rowid, head, words) VALUES (new.id, new.head, new.words); END""",
)
SQLITE_BACK = (
    "DROP TRIGGER records_recordtext_ai",
    "DROP TRIGGER records_recordtext_ad",
    "DROP TRIGGER records_recordtext_au",
    "DROP TABLE records_recordtext_fts",
)
POSTGRES = (
    """ALTER TABLE records_recordtext ADD COLUMN vector tsvector
        GENERATED ALWAYS AS (
            setweight(to_tsvector('simple'::regconfig, head), 'A')
            || setweight(to_tsvector('simple'::regconfig, words), 'D')) STORED""",
    "CREATE INDEX recordtext_vector ON records_recordtext USING gin (vector)",
)
POSTGRES_BACK = ("ALTER TABLE records_recordtext DROP COLUMN vector",)


def forwards(apps, schema_editor):
    run(schema_editor, SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRES)


def backwards(apps, schema_editor):
    run(schema_editor, SQLITE_BACK if schema_editor.connection.vendor == "sqlite" else POSTGRES_BACK)


def run(schema_editor, statements):
    for statement in statements:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("records", "0001_records_versions_links")]

    operations = [migrations.RunPython(forwards, backwards)]
