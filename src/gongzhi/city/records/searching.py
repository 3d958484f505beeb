"""Full-text search in Chinese over the bigrams that ``engine.texts`` cuts: FTS5 on SQLite, tsvector on PostgreSQL.

Each text carries a mark of its register, so that the index meets the texts of one register only, however many records
of other kinds there are.
"""

from __future__ import annotations

import re
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from gongzhi.city.records.models import Record
from gongzhi.engine.texts.redaction import redact
from gongzhi.engine.texts.searching import bigrams, fts5_query, query_bigrams, tsquery

#: longer texts are cut for the index; the record keeps all of it
LONGEST = 20_000
LONGEST_QUERY = 100
#: hits that are looked at first
MOST_CLOSE = 400
#: PostgreSQL: texts that are ranked, of names and of all
MOST_RANKED = 800
#: most pairs of a question in whole sentences
MOST_PAIRS = 24
#: what may hold a personal number: digits and letters in a row, of any width, with signs between
NUMBERS = re.compile(r"(?:\d[^\d\n]{0,3}){6}")
TABLE = "records_recordtext"
FTS = f"{TABLE}_fts"
#: a hit in the name counts as much as so many in the text
WEIGHT = 8.0


def mark(register: str, *, public: bool) -> str:
    """The word that stands in every text of a register, and in no other: letters and digits only."""
    return f"{'p' if public else 'r'}0{register.replace('_', '')}"


def words(text: str) -> str:
    """What is indexed of a text, with phone and identity numbers redacted."""
    text = text[:LONGEST]
    return bigrams(redact(text) if NUMBERS.search(text) else text)


def exactly(query: str) -> str:
    """The database's question "every word occurs as written"; empty when nothing searchable was typed."""
    query = query[:LONGEST_QUERY]
    return fts5_query(query) if connection.vendor == "sqlite" else tsquery(query)


def loosely(query: str) -> str:
    """The question "some pair of characters occurs": for whole sentences, where the words as written are nowhere."""
    tokens = list(dict.fromkeys(" ".join(query_bigrams(query[:LONGEST_QUERY])).split()))[:MOST_PAIRS]
    if len(tokens) < 2:
        return ""
    sign, quote = (" OR ", '"') if connection.vendor == "sqlite" else (" | ", "'")
    return sign.join(f"{quote}{token}{quote}" for token in tokens)


def closest(question: str, register: str, *, public: bool) -> list[tuple[UUID, float]]:
    """(record, how close: the smaller the closer) of the ``MOST_CLOSE`` closest texts of a register, whoever may see them.

    The index alone answers; joining thousands of records before sorting would cost twice as much.
    """
    own = mark(register, public=public)
    if connection.vendor == "sqlite":
        sql = (
            f"SELECT t.record_id, f.closeness FROM (SELECT rowid AS id, bm25({FTS}, {WEIGHT}, 1.0) AS closeness "  # noqa: S608
            f"FROM {FTS} WHERE {FTS} MATCH %s ORDER BY closeness LIMIT {MOST_CLOSE}) f "
            f"JOIN {TABLE} t ON t.id = f.id"
        )
        asked: list[str | bool] = [f'"{own}" AND ({question})']
    else:
        # of a word that stands in nearly every text not all are ranked: names with it, and the first of the others
        names = f"SELECT id FROM {TABLE} WHERE head_vector @@ to_tsquery('simple', %s) AND public = %s"  # noqa: S608
        texts = f"SELECT id FROM {TABLE} WHERE vector @@ to_tsquery('simple', %s)"  # noqa: S608
        sql = (
            f"SELECT t.record_id, -ts_rank(t.vector, q, 1) AS closeness FROM {TABLE} t, to_tsquery('simple', %s) q "  # noqa: S608
            f"WHERE t.id IN (({names} LIMIT {MOST_RANKED}) UNION ({texts} LIMIT {MOST_RANKED})) AND t.vector @@ q "
            f"ORDER BY closeness LIMIT {MOST_CLOSE}"
        )
        whole = f"'{own}' & ({question})"
        asked = [whole, question, public, whole]
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        return [
            (key if isinstance(key, UUID) else UUID(key), closeness) for key, closeness in cursor.fetchall()
        ]


def ranked(rows: QuerySet[Record], question: str, register: str, *, public: bool) -> QuerySet[Record]:
    """The rows that answer a question (of ``exactly`` or ``loosely``), the closest first; for posts that see little of what
    ``closest`` finds."""
    found = rows.filter(texts__public=public)
    own = mark(register, public=public)
    # the statements are ours; words are parameters
    if connection.vendor == "sqlite":
        return found.extra(  # noqa: S610
            tables=[FTS],
            where=[f"{FTS}.rowid = {TABLE}.id", f"{FTS} MATCH %s"],
            params=[f'"{own}" AND ({question})'],
            select={"closeness": f"bm25({FTS}, {WEIGHT}, 1.0)"},
            order_by=["closeness", f"{Record._meta.db_table}.key"],
        )
    asked = f"'{own}' & ({question})"
    return found.extra(  # noqa: S610
        where=[f"{TABLE}.vector @@ to_tsquery('simple', %s)"],
        params=[asked],
        select={"closeness": f"-ts_rank({TABLE}.vector, to_tsquery('simple', %s), 1)"},
        select_params=[asked],
        order_by=["closeness", f"{Record._meta.db_table}.key"],
    )
