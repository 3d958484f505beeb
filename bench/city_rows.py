"""A city of any size, in minutes: lawful lives played once by the demo's staff, then copied by the database itself.

``Template`` keeps some 1,200 played appeals (states, histories, tasks, sealed values, search words) aside and empties the
tables; ``grow`` copies them until the city has so many cases. A copy has its own id (UUIDv7 of its own time), number,
tracking code, search row and journal chain; it is a random time of up to five years older if it was ended, and up to
ninety days if it is open, so the share of open cases stays what the demo's is, which is more than a real city of that
size would have. Simplifications: a copied history keeps its first six facts, and the hashes of its chain are those of
the original (nothing that is measured verifies them).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

#: tables in order of copying
KEPT = (
    "cases_case",
    "cases_casetext",
    "cases_task",
    "people_sealedvalue",
    "journal_entry",
    "journal_journalhead",
)
EMPTIED = (
    *KEPT,
    "journal_pending",
    "cases_request",
    "cases_counter",
    "cases_callbackitem",
    "cases_callbacklist",
)
FACTS = 6
CHUNK = 40

COPIES = """
CREATE TEMP TABLE copy AS
SELECT c.id AS old, n, shift, d.digest,
       (lpad(to_hex((extract(epoch FROM c.opened_at - shift) * 1000)::bigint), 12, '0')
        || '7' || substr(d.digest, 1, 3) || '8' || substr(d.digest, 4, 15))::uuid AS new,
       'case:' || c.id AS old_subject
FROM template.cases_case c
CROSS JOIN generate_series({first}, {last}) n
CROSS JOIN LATERAL (SELECT md5(c.id::text || ':' || n) AS digest) d
CROSS JOIN LATERAL (SELECT (('x' || substr(d.digest, 20, 6))::bit(24)::int / 16777216.0)
    * CASE WHEN c.ended_at IS NULL THEN interval '90 days' ELSE interval '1800 days' END AS shift) s
"""
NEW_SUBJECT = "'case:' || copy.new"
#: table -> column -> expression of a copied row; other columns are copied as they are
CHANGED: dict[str, dict[str, str]] = {
    "cases_case": {
        "id": "copy.new",
        "tracking_code": "upper(substr(copy.digest, 1, 16))",
        "series_id": "NULL",
        "seq": "NULL",
        "number": "'MQC' || upper(substr(copy.digest, 17, 12))",
        **{
            column: f"t.{column} - copy.shift"
            for column in ("opened_at", "ended_at", "citizen_due", "unit_due", "wake_at")
        },
        # "never" stays never
        **{
            column: f"CASE WHEN t.{column} > '9000-01-01' THEN t.{column} ELSE t.{column} - copy.shift END"
            for column in ("due", "warn_at")
        },
    },
    "cases_casetext": {"id": "nextval('cases_casetext_id_seq')", "case_id": "copy.new"},
    "cases_task": {
        "id": "nextval('cases_task_id_seq')",
        "case_id": "copy.new",
        "due": "CASE WHEN t.due > '9000-01-01' THEN t.due ELSE t.due - copy.shift END",
    },
    "people_sealedvalue": {"id": "md5(t.id::text || ':' || copy.n)::uuid", "subject": NEW_SUBJECT},
    "journal_entry": {
        "id": "nextval('journal_entry_id_seq')",
        "subject": NEW_SUBJECT,
        "at": "t.at - copy.shift",
    },
    "journal_journalhead": {"subject": NEW_SUBJECT, "seq": f"least(t.seq, {FACTS})", "dirty": "false"},
}
#: how a table's rows hang on their case
JOIN = {
    "cases_case": "t.id = copy.old",
    "cases_casetext": "t.case_id = copy.old",
    "cases_task": "t.case_id = copy.old",
    "people_sealedvalue": "t.subject = copy.old_subject",
    "journal_entry": f"t.subject = copy.old_subject AND t.seq <= {FACTS}",
    "journal_journalhead": "t.subject = copy.old_subject",
}


class City:
    """The rows of the city behind a psycopg connection in autocommit mode."""

    def __init__(self, connection: Any, tell: Callable[[str], None]) -> None:
        self.connection, self.tell = connection, tell
        self.copied = 0

    def run(self, statement: str) -> Any:
        return self.connection.execute(statement)

    def number(self, statement: str) -> int:
        row = self.run(statement).fetchone()
        return int(row[0])

    def set_aside(self) -> None:
        """Keep what the demo played as the template, and empty the city of cases."""
        self.run("CREATE SCHEMA template")
        for table in KEPT:
            self.run(f"CREATE TABLE template.{table} AS SELECT * FROM public.{table}")
        self.run("DELETE FROM template.journal_entry WHERE subject NOT LIKE 'case:%'")
        self.run("DELETE FROM template.journal_journalhead WHERE subject NOT LIKE 'case:%'")
        self.run("CREATE INDEX ON template.cases_casetext (case_id)")
        self.run("SET session_replication_role = replica")  # the journal's guards would refuse, and rightly
        self.run(f"TRUNCATE {', '.join(EMPTIED)} CASCADE")
        self.run("SET session_replication_role = DEFAULT")
        self.size = self.number("SELECT count(*) FROM template.cases_case")

    def grow(self, wanted: int) -> dict[str, float]:
        """Copy until about ``wanted`` cases are stored. Gives seconds and rows."""
        started, here = time.monotonic(), self.number("SELECT count(*) FROM cases_case")
        rounds = round((wanted - here) / self.size)
        dropped = self._drop_indexes() if rounds > CHUNK else []
        self.run("SET session_replication_role = replica")  # no triggers and no look-ups of foreign keys
        for table in KEPT:
            self.run(f"ALTER TABLE {table} SET (autovacuum_enabled = off)")  # done once, below
        try:
            for first in range(1, rounds + 1, CHUNK):
                self._copy(self.copied + first, self.copied + min(first + CHUNK - 1, rounds))
                self.tell(f"{min(first + CHUNK - 1, rounds) * self.size:,} cases copied")
        finally:
            self.run("SET session_replication_role = DEFAULT")
            for table in KEPT:
                self.run(f"ALTER TABLE {table} RESET (autovacuum_enabled)")
        self.copied += rounds
        for number, statement in enumerate(dropped, 1):
            self.run(statement)
            self.tell(f"index {number} of {len(dropped)}")
        for table in EMPTIED:
            self.run(f"VACUUM (ANALYZE) {table}")
        self.run("CHECKPOINT")
        return {
            "cases": self.number("SELECT count(*) FROM cases_case"),
            "seconds": time.monotonic() - started,
        }

    def _copy(self, first: int, last: int) -> None:
        with self.connection.transaction():
            self.run(COPIES.format(first=first, last=last))
            self.run("ANALYZE copy")
            for table in KEPT:
                self.run(self._insert(table))
            self.run("DROP TABLE copy")

    def _insert(self, table: str) -> str:
        listed = self.run(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND"
            f" table_name = '{table}' AND is_generated = 'NEVER' ORDER BY ordinal_position"
        )
        columns = [name for (name,) in listed.fetchall()]
        values = [CHANGED[table].get(name, f't."{name}"') for name in columns]
        names = ", ".join(f'"{name}"' for name in columns)
        return (
            f"INSERT INTO public.{table} ({names}) SELECT {', '.join(values)}"
            f" FROM copy JOIN template.{table} t ON {JOIN[table]}"
        )

    def _drop_indexes(self) -> list[str]:
        """Drop the indexes that are no constraints; gives the statements that make them again."""
        listed = self.run(
            "SELECT i.indexname, i.indexdef FROM pg_indexes i LEFT JOIN pg_constraint c ON c.conname = i.indexname"
            f" WHERE i.schemaname = 'public' AND c.conname IS NULL AND i.tablename IN {KEPT!r}"
        ).fetchall()
        for name, _ in listed:
            self.run(f'DROP INDEX "{name}"')
        return [statement for _, statement in listed]
