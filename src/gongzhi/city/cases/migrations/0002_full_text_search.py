"""Full-text search over bigrams: an FTS5 table kept by triggers on SQLite, a generated tsvector on PostgreSQL."""

from django.db import migrations

SQLITE = (
    """CREATE VIRTUAL TABLE cases_casetext_fts USING fts5(
        words, content='cases_casetext', content_rowid='id', tokenize='unicode61 remove_diacritics 0')""",
    """CREATE TRIGGER cases_casetext_ai AFTER INSERT ON cases_casetext BEGIN
        INSERT INTO cases_casetext_fts(rowid, words) VALUES (new.id, new.words); END""",
    """CREATE TRIGGER cases_casetext_ad AFTER DELETE ON cases_casetext BEGIN
        INSERT INTO cases_casetext_fts(cases_casetext_fts, rowid, words)
        VALUES ('delete', old.id, old.words); END""",
    """CREATE TRIGGER cases_casetext_au AFTER UPDATE OF words ON cases_casetext BEGIN
        INSERT INTO cases_casetext_fts(cases_casetext_fts, rowid, words)
        VALUES ('delete', old.id, old.words);
        INSERT INTO cases_casetext_fts(rowid, words) VALUES (new.id, new.words); END""",
)
SQLITE_BACK = (
    "DROP TRIGGER cases_casetext_ai",
    "DROP TRIGGER cases_casetext_ad",
    "DROP TRIGGER cases_casetext_au",
    "DROP TABLE cases_casetext_fts",
)
POSTGRES = (
    """ALTER TABLE cases_casetext ADD COLUMN vector tsvector
        GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, words)) STORED""",
    "CREATE INDEX casetext_vector ON cases_casetext USING gin (vector)",
)
POSTGRES_BACK = ("ALTER TABLE cases_casetext DROP COLUMN vector",)


def forwards(apps, schema_editor):
    run(schema_editor, SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRES)


def backwards(apps, schema_editor):
    run(schema_editor, SQLITE_BACK if schema_editor.connection.vendor == "sqlite" else POSTGRES_BACK)


def run(schema_editor, statements):
    for statement in statements:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_cases_tasks_files")]

    operations = [migrations.RunPython(forwards, backwards)]
