"""The triggers that keep the record append-only, on both databases. Entries, anchors and leaves are guarded."""

from __future__ import annotations

from typing import Any

GUARDED = ("journal_entry", "journal_anchor", "journal_anchorleaf")

_SQLITE = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
"""
#: what a row is found by, beside its id: SQLite's REPLACE drops the row that stands in the way without a word, and
#: without any trigger for deletions
_KEYS = {
    "journal_entry": ("subject", "seq"),
    "journal_anchor": ("previous",),
    "journal_anchorleaf": ("anchor_id", "position"),
}
_SQLITE_REPLACE = """
CREATE TRIGGER {table}_no_REPLACE BEFORE INSERT ON {table}
WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM {table} WHERE {same})
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
"""
_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the journal is append-only' USING ERRCODE = 'restrict_violation'; END $$
"""
_POSTGRES = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse()
"""


def raise_guards(connection: Any) -> None:
    """Create the triggers (in a migration, or after ``drop_guards``)."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRES_FUNCTION)
            for table in GUARDED:
                cursor.execute(_POSTGRES.format(table=table))
            return
        for table in GUARDED:
            for verb in ("UPDATE", "DELETE"):
                cursor.execute(_SQLITE.format(table=table, verb=verb))
            same = " AND ".join(f"{column} = NEW.{column}" for column in _KEYS[table])
            cursor.execute(_SQLITE_REPLACE.format(table=table, same=same))


def drop_guards(connection: Any) -> None:
    """Drop the triggers: to unapply the migration, and to empty a test database."""
    with connection.cursor() as cursor:
        for table in GUARDED:
            if connection.vendor == "postgresql":
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}")
                continue
            for verb in ("UPDATE", "DELETE", "REPLACE"):
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}")


def guards_stand(connection: Any) -> list[str]:
    """The tables whose guard is missing; doctor asks."""
    if connection.vendor == "postgresql":
        query, names = "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'", ["append_only"]
    else:
        query, names = (
            "SELECT name FROM sqlite_master WHERE type = 'trigger'",
            ["no_UPDATE", "no_DELETE", "no_REPLACE"],
        )
    with connection.cursor() as cursor:
        cursor.execute(query)
        found = {row[0] for row in cursor.fetchall()}
    return [table for table in GUARDED if any(f"{table}_{name}" not in found for name in names)]
