"""Full-text search in Chinese over the bigrams that ``engine.texts`` cuts: FTS5 on SQLite, tsvector on PostgreSQL."""

from __future__ import annotations

import re

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

from gongzhi.engine.texts.redaction import redact
from gongzhi.engine.texts.searching import bigrams, fts5_query, tsquery

#: longer texts are cut for the index; the case keeps all of it
LONGEST = 20_000
LONGEST_QUERY = 100
#: what may hold a personal number: digits and letters in a row, of any width, with signs between
NUMBERS = re.compile(r"(?:\d[^\d\n]{0,3}){6}")

SQLITE = "SELECT rowid FROM cases_casetext_fts WHERE cases_casetext_fts MATCH %s"
POSTGRES = "SELECT id FROM cases_casetext WHERE vector @@ to_tsquery('simple', %s)"


def words(text: str) -> str:
    """What is indexed of a text, with phone and identity numbers redacted: nobody is found by a neighbour's number."""
    text = text[:LONGEST]
    return bigrams(redact(text) if NUMBERS.search(text) else text)


def matching(query: str) -> Q | None:
    """The condition on ``Case`` that all words of a query occur; ``None`` when nothing searchable was typed."""
    query = query[:LONGEST_QUERY]
    if connection.vendor == "sqlite":
        sql, parameter = SQLITE, fts5_query(query)
    else:
        sql, parameter = POSTGRES, tsquery(query)
    # both statements are ours; the words are a parameter
    return Q(text__id__in=RawSQL(sql, (parameter,))) if parameter else None  # noqa: S611
