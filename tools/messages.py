"""The words on the screen: Chinese in the source, English in ``locale/en/LC_MESSAGES/django.po``.

    python3 tools/messages.py extract    bring the .po up to date with the source, list what lacks English
    python3 tools/messages.py check      fail when the .po is behind, or a translation is missing or broken
    python3 tools/messages.py compile    .po → .mo (part of the set-up)

A message is an argument of ``_()``/``gettext…()``, text in ``{% translate %}``/``{% blocktranslate %}``, or the
``sentence`` and ``remedy`` of an error class.
"""

from __future__ import annotations

import ast
import csv
import io
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from tools.error_reference import assigned, catalogued
from tools.machine import ROOT

SOURCE = ROOT / "src" / "gongzhi"
RIGHTS = SOURCE / "city" / "kernel" / "data" / "rights.csv"
CATALOGUE = SOURCE / "city" / "locale" / "en" / "LC_MESSAGES" / "django.po"
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "N_": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
#: a sentence of signs and holes alone needs no other language
CHINESE = re.compile("[\u4e00-\u9fff]")
ERROR_TEXTS = {"sentence", "remedy"}
PLACEHOLDER = re.compile(r"%\(\w+\)[-.0-9]*[a-z]|%[sd]|\{\w*\}")
HAN = re.compile(r"[\u4e00-\u9fff]")
#: Chinese that stays Chinese in English pages: names of things, shown as they are on the ground
KEPT_CHINESE = re.compile(r"共治|民情通|大冶|中文")


class Message(NamedTuple):
    """One text; ``plural`` and ``context`` are empty when it has none."""

    text: str
    plural: str = ""
    context: str = ""


Found = dict[Message, set[str]]


def extract() -> Found:
    """Every message of the source with the files that use it."""
    found: Found = defaultdict(set)
    for path in sorted(SOURCE.rglob("*.py")):
        if "tests" in path.parts or "migrations" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        for message in (*_from_python(text), *_from_errors(text)):
            found[message].add(path.relative_to(ROOT).as_posix())
    for path in sorted((SOURCE / "city").rglob("templates/**/*")):
        if path.suffix in {".html", ".txt", ".xml"}:
            for message in _from_template(path.read_text(encoding="utf-8"), str(path)):
                found[message].add(path.relative_to(ROOT).as_posix())
    for title in _from_rights():
        found[Message(title)].add(RIGHTS.relative_to(ROOT).as_posix())
    return found


def _from_rights() -> Iterator[str]:
    """Titles of roles and actions in the matrix of rights."""
    with RIGHTS.open(encoding="utf-8", newline="") as file:
        _roles, titles, *rows = csv.reader(file)
    yield from titles[2:]
    yield from (row[1] for row in rows)


def _from_python(text: str) -> Iterator[Message]:
    from babel.messages.extract import extract as babel_extract

    source = io.BytesIO(text.encode())
    for _line, texts, _comments, context in babel_extract(
        "python", source, KEYWORDS, options={"encoding": "utf-8"}
    ):
        parts = (texts,) if isinstance(texts, str) else tuple(texts)
        if parts[0]:
            yield Message(parts[0], parts[1] if len(parts) > 1 else "", context or "")


def _from_template(text: str, origin: str) -> Iterator[Message]:
    from django.utils.translation.template import templatize

    yield from _from_python(templatize(text, origin=origin))


def _from_errors(text: str) -> Iterator[Message]:
    """``sentence = "…"`` and ``code, sentence, remedy = "…", "…", "…"`` in classes; dictionaries code → sentence."""
    tree = ast.parse(text)
    yield from (Message(sentence) for _code, sentence in catalogued(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Dict) and _named(node.target):
            texts = (each.value for each in node.value.values if isinstance(each, ast.Constant))
            yield from (Message(str(text)) for text in texts if CHINESE.search(str(text)))
        if isinstance(node, ast.ClassDef):
            for name, value in assigned(node):
                if name in ERROR_TEXTS and isinstance(value, ast.Constant) and isinstance(value.value, str):
                    yield from [Message(value.value)] if value.value else []


def _named(target: ast.expr) -> bool:
    """``SENTENCES: … =``: sentences under other keys than codes."""
    return isinstance(target, ast.Name) and target.id == "SENTENCES"


def update() -> tuple[int, list[str]]:
    """Write the catalogue anew, keeping its English; returns the number of messages and those without English."""
    import polib

    known = {_key(entry): entry for entry in _catalogue()}
    catalogue = polib.POFile(wrapwidth=110)
    catalogue.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": "en",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    for message, files in sorted(extract().items()):
        old = known.get(message)
        entry = polib.POEntry(msgid=message.text, occurrences=[(file, "") for file in sorted(files)])
        entry.msgctxt = message.context or None
        if "%(" in message.text:
            entry.flags.append("python-format")
        if message.plural:
            entry.msgid_plural = message.plural
            entry.msgstr_plural = old.msgstr_plural if old and old.msgstr_plural else {0: "", 1: ""}
        elif old:
            entry.msgstr = old.msgstr
        catalogue.append(entry)
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(CATALOGUE))
    return len(catalogue), [entry.msgid for entry in catalogue if not _english(entry)]


def problems() -> list[str]:
    """Why the catalogue is not good enough; empty when it is."""
    entries = {_key(entry): entry for entry in _catalogue()}
    found = extract()
    listed = [
        f"not in the catalogue (run tools/messages.py extract): {m.text!r}" for m in found if m not in entries
    ]
    listed += [
        f"no longer used (run tools/messages.py extract): {m.text!r}" for m in entries if m not in found
    ]
    for message, entry in entries.items():
        listed += [f"{reason}: {message.text!r}" for reason in _faults(message, entry)]
    return listed


def _faults(message: Message, entry: Any) -> Iterator[str]:
    english = _english(entry)
    if not english:
        yield "no English"
        return
    if any(set(PLACEHOLDER.findall(text)) != set(PLACEHOLDER.findall(message.text)) for text in english):
        yield "the English has other placeholders"
    if any(HAN.search(KEPT_CHINESE.sub("", text)) for text in english):
        yield "the English still speaks Chinese"


def _english(entry: Any) -> list[str]:
    texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    return texts if all(texts) and "fuzzy" not in entry.flags else []


def _key(entry: Any) -> Message:
    return Message(entry.msgid, entry.msgid_plural or "", entry.msgctxt or "")


def _catalogue() -> list[Any]:
    import polib

    if not CATALOGUE.exists():
        return []
    return [entry for entry in polib.pofile(str(CATALOGUE)) if not entry.obsolete]


def compile_all() -> int:
    """Every .po of the city to the .mo beside it; returns how many."""
    import polib

    sources = sorted((SOURCE / "city").rglob("locale/*/LC_MESSAGES/*.po"))
    for path in sources:
        fresh = path.with_suffix(".mo.new")
        polib.pofile(str(path)).save_as_mofile(str(fresh))
        fresh.replace(path.with_suffix(".mo"))
    return len(sources)


def main() -> int:
    verb = sys.argv[1] if len(sys.argv) > 1 else "check"
    if verb == "compile":
        print(f"compiled {compile_all()} catalogues")
        return 0
    if verb == "extract":
        total, missing = update()
        print(*(f"  no English: {text}" for text in missing), sep="\n")
        print(f"{total} messages, {len(missing)} without English")
        return 0
    if verb == "check":
        listed = problems()
        print(*(listed or ["translations: complete"]), sep="\n")
        return 1 if listed else 0
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main())
