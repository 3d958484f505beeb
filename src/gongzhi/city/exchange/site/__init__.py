"""The library of mechanisms as a static site: it needs no server, no script and nothing from outside.

index.html, coverage.html, m/<id>.html (and the same under en/ where a mechanism speaks English), packages/, assets/.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final

from django.template.loader import render_to_string
from django.utils import translation

from gongzhi.city.exchange.errors import NotOurFolder
from gongzhi.city.exchange.exporting import Exported, export
from gongzhi.city.exchange.site.pages import Entry, coverage_of, entry, mechanism_page
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms import library
from gongzhi.city.mechanisms.library import Held

#: says that a folder is a site of ours, and which files are; whatever else lies there stays
MARK: Final = "gongzhi-site.json"
ASSETS = ("site.css", "search.js")
#: language -> folder
LANGUAGES = {"zh-hans": "", "en": "en/"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What was written."""

    mechanisms: int
    files: int


def write(folder: Path, ids: Sequence[str] = (), *, by: Standing) -> Written:
    """Write the site of all active mechanisms (or of those named) into a folder.

    An older site there is replaced file by file; a folder with other things in it is left alone. Raises NotAllowed,
    NotInstalled, NotOurFolder.
    """
    check(by, "mechanism.export")
    held = [library.one(id_) for id_ in ids] if ids else library.active()
    old = _old(folder)
    made: dict[str, bytes] = {}
    for path, content in _pages(held, by):
        made[path] = content
    names = sorted(made)
    made[MARK] = json.dumps({"files": names}, ensure_ascii=False, indent=1).encode()
    for path, content in made.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    for path in set(old) - set(names):
        (folder / path).unlink(missing_ok=True)
    return Written(mechanisms=len(held), files=len(made))


def _old(folder: Path) -> list[str]:
    """Files of the site that stands there; none in an empty or absent folder."""
    if not folder.exists() or not any(folder.iterdir()):
        return []
    try:
        names = json.loads((folder / MARK).read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NotOurFolder(folder=str(folder)) from error
    root = folder.resolve()
    return [
        name for name in names if isinstance(name, str) and (folder / name).resolve().is_relative_to(root)
    ]


def _pages(held: Sequence[Held], by: Standing) -> Iterator[tuple[str, bytes]]:
    for name in ASSETS:
        yield f"assets/{name}", (files("gongzhi.city.exchange.site") / "assets" / name).read_bytes()
    packages = {each.mechanism.id: export(each.mechanism.id, each.mechanism.version, by=by) for each in held}
    for package in packages.values():
        yield f"packages/{package.name}", package.content
    for language, place in LANGUAGES.items():
        short = "en" if language == "en" else "zh"
        spoken = [each for each in held if short == "zh" or "en" in each.mechanism.strings]
        with translation.override(language):
            yield from _in_language(spoken, short, place, packages)


def _in_language(
    held: Sequence[Held], short: str, place: str, packages: dict[str, Exported]
) -> Iterator[tuple[str, bytes]]:
    """The pages of one language; ``place`` is its folder."""
    known = {each.mechanism.id for each in held}
    root = "../" if place else ""
    entries: list[Entry] = [entry(each, short) for each in held]
    common = {
        "lang": short,
        "root": root,
        "home": "",
        "other": "index.html" if place else "en/index.html",
        "place": place,
    }
    yield (
        f"{place}index.html",
        _rendered("index", {**common, "other": f"{root}{common['other']}", "entries": entries}),
    )
    covered = {
        **common,
        "other": f"{root}{'coverage.html' if place else 'en/coverage.html'}",
        "rows": coverage_of(held, short),
    }
    yield f"{place}coverage.html", _rendered("coverage", covered)
    for each in held:
        id_ = each.mechanism.id
        deep = f"../{root}"
        speaks = "en" in each.mechanism.strings
        there = f"{deep}m/{id_}.html" if place else f"{deep}en/m/{id_}.html" if speaks else ""
        page = mechanism_page(each, short, known)
        context = {
            **common,
            "root": deep,
            "home": "../",
            "other": there,
            "page": page,
            "package": packages[id_],
        }
        yield f"{place}m/{id_}.html", _rendered("mechanism", context)


def _rendered(name: str, context: Mapping[str, object]) -> bytes:
    return render_to_string(f"exchange/site/{name}.html", dict(context)).encode()


__all__ = ["MARK", "Written", "write"]
