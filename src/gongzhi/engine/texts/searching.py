"""The text that full-text search sees: one function for both databases.

Chinese is written without blanks. Every run of Han characters becomes its overlapping pairs (``路灯不亮`` → ``路灯 灯不 不亮``), so
that a word of two characters is found wherever it stands, by SQLite's FTS5 (``unicode61``) and by PostgreSQL's
``to_tsvector('simple', …)`` alike, without a dictionary and without an extension. Latin words and numbers stay whole.
A phrase query over the pairs finds exactly the texts that contain the words as written.
"""

from __future__ import annotations

import re
import unicodedata

#: Han, with extensions and compatibility ideographs; Kana and Hangul are paired alike
_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff\u3040-\u30ff\uac00-\ud7af"
_RUN = re.compile(rf"(?P<han>[{_HAN}]+)|(?P<word>[^\W_{_HAN}]+)")


def normalised(text: str) -> str:
    """NFKC and lower case: full-width and half-width, capital and small letters are the same to a searcher."""
    return unicodedata.normalize("NFKC", text).casefold()


def _pieces(text: str) -> list[list[str]]:
    """The tokens of each unbroken run."""
    runs = []
    for found in _RUN.finditer(normalised(text)):
        run = found["han"]
        if run is None:
            runs.append([found["word"]])
        elif len(run) == 1:
            runs.append([run])
        else:
            runs.append([run[i : i + 2] for i in range(len(run) - 1)])
    return runs


def bigrams(text: str) -> str:
    """The search text of a document: tokens separated by one blank, runs of different kinds side by side.

    The last character of a run stands alone once more, so that a query of one character finds it at the end too (with a
    prefix query it is found everywhere else).

    >>> bigrams("A3区路灯不亮!")
    'a3 区路 路灯 灯不 不亮 亮'
    """
    tokens: list[str] = []
    for run in _pieces(text):
        tokens += run
        if len(run[-1]) == 2 and re.match(f"[{_HAN}]", run[-1]):
            tokens.append(run[-1][1])
    return " ".join(tokens)


def query_bigrams(query: str) -> tuple[str, ...]:
    """The phrases of a query, each of which must occur: tokens with blanks between, free of any operator.

    Words that the searcher separated may stand apart in the text. A single Han character must be asked for as a prefix
    (``fts5_query`` and ``tsquery`` do so).

    >>> query_bigrams("路灯不亮 A3区")
    ('路灯 灯不 不亮', 'a3', '区')
    """
    return tuple(dict.fromkeys(" ".join(run) for run in _pieces(query)))


def fts5_query(query: str) -> str:
    """A MATCH expression of SQLite FTS5; empty when nothing can be searched for.

    >>> fts5_query('路灯不亮 "区')
    '"路灯 灯不 不亮" AND "区"*'
    """
    return " AND ".join(
        f'"{phrase}"' + ("*" if _is_prefix(phrase) else "") for phrase in query_bigrams(query)
    )


def tsquery(query: str) -> str:
    """The text of a PostgreSQL ``to_tsquery('simple', …)``; empty when nothing can be searched for.

    >>> tsquery("路灯不亮 区")
    "('路灯' <-> '灯不' <-> '不亮') & '区':*"
    """
    return " & ".join(
        f"'{phrase}':*" if _is_prefix(phrase) else _followed(phrase.split(" "))
        for phrase in query_bigrams(query)
    )


def _followed(tokens: list[str]) -> str:
    quoted = " <-> ".join(f"'{token}'" for token in tokens)
    return f"({quoted})" if len(tokens) > 1 else quoted


def _is_prefix(phrase: str) -> bool:
    """One Han character, or a Latin word that may be only the beginning of one."""
    return " " not in phrase and (len(phrase) == 1 or phrase.isascii())


__all__ = ["bigrams", "fts5_query", "normalised", "query_bigrams", "tsquery"]
