"""What the pages of the static site show, as plain values in the language of the page."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from gongzhi.city.exchange import exporting
from gongzhi.city.exchange.city import here
from gongzhi.city.exchange.effects import Told, told
from gongzhi.city.mechanisms.library import Held
from gongzhi.city.mechanisms.models import Installed
from gongzhi.engine.cases.spec import performer
from gongzhi.engine.mechanisms import Mechanism, draw
from gongzhi.engine.mechanisms.adapting import Point, points
from gongzhi.engine.mechanisms.packages import Ancestor

#: raw HTML inside a README is shown as text
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A mechanism in the list."""

    id: str
    title: str
    version: str
    summary: str
    covers: tuple[str, ...]
    scenarios: int
    origin: str
    #: what is searched, in lower case
    words: str


def entry(held: Held, lang: str) -> Entry:
    """The mechanism's line in the list."""
    one = held.mechanism
    origin = one.manifest.origin
    titles = [spec.title for spec in one.case_types.values()]
    titles += [*(spec.title for spec in one.registers.values()), *(spec.title for spec in one.measures)]
    said = [one.title, one.manifest.summary, *titles, *one.roles.values()]
    words = [one.id, *one.covers, *said, *(one.text(each, lang) for each in said)]
    return Entry(
        id=one.id,
        title=one.text(one.title, lang),
        version=one.version,
        summary=one.text(one.manifest.summary, lang),
        covers=one.covers,
        scenarios=len(one.scenarios),
        origin=f"{origin.area} {origin.year}" if origin else "",
        words=" ".join(dict.fromkeys(words)).lower(),
    )


def coverage_of(held: Sequence[Held], lang: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Inventory id -> (id, title) of the mechanisms that carry it."""
    found: dict[str, list[tuple[str, str]]] = {}
    for each in held:
        for number in each.mechanism.covers:
            named = (each.mechanism.id, each.mechanism.text(each.mechanism.title, lang))
            found.setdefault(number, []).append(named)
    return sorted(found.items())


def mechanism_page(held: Held, lang: str, known: Collection[str]) -> dict[str, Any]:
    """Everything that the page of one mechanism shows. ``known``: mechanisms that have a page in this language."""
    one = held.mechanism

    def say(text: str) -> str:
        return one.text(text, lang)

    results = held.report.results
    return {
        "mechanism": one,
        "title": say(one.title),
        "summary": say(one.manifest.summary),
        "readme": markdown(one.readme),
        "changelog": markdown(one.changelog),
        "roles": [say(title) for title in one.roles.values()],
        "needs": [(each, each in known) for each in one.manifest.needs],
        "flows": [_flow(one, id_, lang) for id_ in one.case_types],
        "registers": [
            (id_, say(spec.title), [say(each.title) for each in spec.fields])
            for id_, spec in one.registers.items()
        ],
        "tables": [(id_, say(table.title), table) for id_, table in one.tables.items()],
        "measures": [(say(each.title), say(each.formula)) for each in one.measures],
        "scenarios": [
            (each.name, each.passed, [str(failure) for failure in each.failures]) for each in results
        ],
        "passed": sum(each.passed for each in results),
        "points": [_point(each, say) for each in points(one)],
        "evidence": evidence(one),
        "lineage": lineage(one),
        "here": here(),
        "installed": Installed.objects.filter(mechanism=one.id)
        .defer("archive")
        .order_by("-installed_at", "-id"),
    }


def evidence(one: Mechanism) -> list[Told]:
    """What is known of its effect, in words."""
    return [told(each) for each in exporting.evidence(one.id, one.version)]


def lineage(one: Mechanism) -> tuple[Ancestor, ...]:
    """The versions before this one."""
    return exporting.lineage(one.id, one.version)


def markdown(text: str) -> SafeString:
    """Markdown as HTML, its headings two levels down; the parser escapes whatever is HTML in it."""
    tokens = _MARKDOWN.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 2, 6)}"
        for child in token.children or ():
            # a link inside the folder leads nowhere from here
            href = str(child.attrGet("href") or "") if child.type == "link_open" else ""
            if href and not href.startswith(("http://", "https://", "#", "mailto:")):
                child.attrs = {}
    return mark_safe(str(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})))  # noqa: S308


def _flow(one: Mechanism, id_: str, lang: str) -> dict[str, Any]:
    spec = one.case_types[id_]
    steps = []
    for step in spec.steps.values():
        role, _scope = performer(step.who) if step.who else ("", "")
        choices = [one.text(each.title, lang) for each in step.choices.values() if each.title]
        steps.append((one.text(step.title, lang), one.text(one.roles.get(role, ""), lang), choices))
    # drawn by our own engine, which escapes every label
    drawing = mark_safe(draw(one, id_, lang=lang))  # noqa: S308
    return {"id": id_, "title": one.text(spec.title, lang), "svg": drawing, "steps": steps}


def _point(point: Point, say: Any) -> dict[str, Any]:
    value = point.place.value
    rows = len(value) if point.place.kind == "table" else 0
    shown = "、".join(map(str, value)) if isinstance(value, list) and not rows else "" if rows else str(value)
    spec = point.spec
    return {
        "title": say(spec.title),
        "why": say(spec.why),
        "check": say(spec.check),
        "what": spec.what,
        "value": shown,
        "rows": rows,
    }
