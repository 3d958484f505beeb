"""Text: what is removed is cut out, and how long it was is not told."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from gongzhi.city.documents.redacting.marks import Word
from gongzhi.engine.texts.redaction import spans

#: stands in the place of what was removed, whatever its length
COVER = "■■■"
ENCODINGS = ("utf-8-sig", "gb18030")


def read_text(data: bytes) -> str | None:
    """The text of a file in UTF-8 or GB 18030; None for what is no text."""
    if b"\x00" in data:
        return None
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def folded(text: str) -> tuple[str, list[int]]:
    """The text as words are looked for in it, and for each of its characters the place in ``text``: one width, one case, no
    blanks, so that a word is found though it is broken over lines or written in full-width signs.

    >>> folded("张 三ＡB")
    ('张三ab', [0, 2, 3, 4])
    """
    letters, places = [], []
    for place, letter in enumerate(text):
        for each in unicodedata.normalize("NFKC", letter).casefold():
            if not each.isspace() and unicodedata.category(each) not in ("Cc", "Cf"):
                letters.append(each)
                places.append(place)
    return "".join(letters), places


def find_spans(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """(start, end) of each place where one of the words stands, in order and without overlap."""
    letters, places = folded(text)
    found: list[tuple[int, int]] = []
    for word in words:
        wanted, _ = folded(word)
        start = letters.find(wanted) if wanted else -1
        while start >= 0:
            found.append((places[start], places[start + len(wanted) - 1] + 1))
            start = letters.find(wanted, start + 1)
    joined: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def redact_text(text: str, words: Sequence[Word]) -> str:
    """The text without the words.

    >>> redact_text("张三住红旗路", [Word("张三", "privacy")])
    '■■■住红旗路'
    """
    pieces, last = [], 0
    for start, end in find_spans(text, [word.text for word in words]):
        pieces += [text[last:start], COVER]
        last = end
    return "".join([*pieces, text[last:]])


def personal_numbers(text: str) -> list[str]:
    """Phones, identity numbers, bank cards and number plates that stand in the text, each once: what to look at first."""
    return list(dict.fromkeys(text[span.start : span.end] for span in spans(text)))
