"""The copy is searched for what was removed before anybody gets it: its bytes, its unpacked streams, its text layer."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable

import pypdfium2

from gongzhi.city.documents.redacting.text import folded

#: ways in which characters may be written into a file
WRITINGS = ("utf-8", "utf-16-be", "utf-16-le", "gb18030")
#: shorter ones are found in any picture by chance; the text layer is searched for them all the same
LEAST_BYTES = 6
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)


def leaks(data: bytes, words: Iterable[str]) -> list[str]:
    """The words that are still somewhere in the file: raw, unpacked, in hexadecimal, or in the text layer of a PDF."""
    wanted = [word for word in dict.fromkeys(words) if word.strip()]
    parts = [data, *_unpacked(data)] if data.startswith(b"%PDF") else [data]
    layer, _ = folded(_layer(data))
    return [word for word in wanted if _in_layer(layer, word) or any(_written(part, word) for part in parts)]


def _layer(data: bytes) -> str:
    if not data.startswith(b"%PDF"):
        return data.decode("utf-8", "replace")
    document = pypdfium2.PdfDocument(data)
    try:
        return "".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def _in_layer(layer: str, word: str) -> bool:
    return folded(word)[0] in layer


def _unpacked(data: bytes) -> Iterable[bytes]:
    for found in _STREAM.finditer(data):
        try:
            yield zlib.decompressobj().decompress(found.group(1))
        except zlib.error:
            continue


def _written(part: bytes, word: str) -> bool:
    for writing in WRITINGS:
        try:
            sought = word.encode(writing)
        except UnicodeEncodeError:
            continue
        if len(sought) < LEAST_BYTES:
            continue
        hexadecimal = sought.hex().encode()
        if sought in part or hexadecimal in part or hexadecimal.upper() in part:
            return True
    return False
