"""Characters that people type and characters that attack: what is folded, what is dropped, what is refused.

Unicode 16 properties through ``unicodedata``. Refused are controls (Cc but tab and line ends), bidirectional overrides and
isolates (UAX #9: they make a text read differently from what is stored, CVE-2021-42574), lone surrogates and
noncharacters (they cannot be stored as UTF-8 everywhere), and piles of combining marks. Dropped in silence are zero-width
space, word joiner, soft hyphen and byte-order mark: copied text carries them and nobody means them. The zero-width joiner
stays: family emoji and several scripts need it.
"""

from __future__ import annotations

import re
import unicodedata

from gongzhi.engine.forms.problems import Wrong

#: nothing that is longer than this is looked at any further, whatever the field allows
HARD_LIMIT = 100_000
#: combining marks in a row that some script really uses
_MARKS_IN_A_ROW = 6

_DROPPED = re.compile("[\u00ad\u200b\u2060\ufeff]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_UNSTORABLE = re.compile(
    "[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]|[\U0001fffe\U0001ffff\U0010fffe\U0010ffff]"
)
#: a combining mark, or a character beyond the basic plane, of which a few combine
_MARK = re.compile(
    "["
    + "".join(re.escape(chr(code)) for code in range(0x10000) if unicodedata.combining(chr(code)))
    + "\U00010000-\U0010ffff]"
)
_BLANKS = re.compile(r"[^\S\n]+")


def plain(text: str, *, lines: bool = False) -> str:
    """Text as it is stored: NFC, one space for a run of blanks, trimmed; ``lines`` keeps line ends.

    Raises ``Wrong``: F006 controls, F007 bidirectional overrides, F008 characters that cannot be stored, F009 piled
    marks, F010 beyond ``HARD_LIMIT``.

    >>> plain("  路灯\\u3000不亮\\u200b ")
    '路灯 不亮'
    """
    if len(text) > HARD_LIMIT:
        raise Wrong("F010", max=HARD_LIMIT, count=len(text))
    text = _DROPPED.sub(
        "", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    )
    for code, pattern in (("F006", _CONTROL), ("F007", _BIDI), ("F008", _UNSTORABLE)):
        if found := pattern.search(text):
            raise Wrong(code, position=found.start() + 1)
    _refuse_piled_marks(text)
    text = unicodedata.normalize("NFC", text)
    if not lines:
        return _BLANKS.sub(" ", text.replace("\n", " ")).strip()
    kept = "\n".join(_BLANKS.sub(" ", line).rstrip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", kept).strip()


def _refuse_piled_marks(text: str) -> None:
    if text.isascii() or not _MARK.search(text):
        return
    run = 0
    for index, character in enumerate(text):
        run = run + 1 if unicodedata.combining(character) else 0
        if run > _MARKS_IN_A_ROW:
            raise Wrong("F009", position=index + 1)


def narrow(text: str) -> str:
    """Codes and numbers: ``plain``, and full-width letters, digits and signs made narrow (NFKC).

    >>> narrow("１３８－００13 8000")
    '138-0013 8000'
    """
    return (
        unicodedata.normalize("NFKC", plain(text))
        .replace("\u2212", "-")
        .replace("—", "-")
        .replace("–", "-")
        .strip()
    )


__all__ = ["HARD_LIMIT", "narrow", "plain"]
