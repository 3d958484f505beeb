"""What may be applied for: service items as records, bundles, and the case types that are about them.

Nothing here knows a mechanism by name: a case type that residents may open and that names a record of a public register
can be applied for from that record's page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gongzhi.city.cases import catalogue
from gongzhi.city.mechanisms import library
from gongzhi.city.mechanisms.library import Held
from gongzhi.city.records import catalogue as records
from gongzhi.engine.cases import CaseType
from gongzhi.engine.cases.casetypes import Ask
from gongzhi.engine.cases.values import evaluate
from gongzhi.engine.forms import Field
from gongzhi.engine.mechanisms.bundles import BundleSpec
from gongzhi.engine.mechanisms.selecting import needed

#: the register of the national catalogue; its pages are the guides
ITEMS = "service_items"
RESIDENT = "resident"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """A bundle as the catalogue lists it."""

    mechanism: str
    id: str
    title: str
    summary: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the answers to a bundle's questions come to."""

    #: (item id, title, titles of the items for whose results it waits)
    items: tuple[tuple[str, str, tuple[str, ...]], ...]
    #: files to bring, each once, with how many items use it
    materials: tuple[tuple[Field, int], ...]


def things(text: str = "") -> list[Thing]:
    """Bundles that residents may open, or those of them in whose words all characters of ``text`` occur."""
    found = [
        Thing(
            mechanism=held.mechanism.id,
            id=bundle.id,
            title=bundle.title,
            summary=held.mechanism.manifest.summary,
            items=tuple(item.title for item in bundle.items.values()),
        )
        for held in library.active()
        for bundle in held.mechanism.bundles.values()
        if RESIDENT in bundle.opened_by
    ]
    letters = set(text.replace(" ", ""))
    return [each for each in found if letters <= set(each.title + each.summary + "".join(each.items))]


def about(register: str) -> list[tuple[str, CaseType, str]]:
    """(mechanism, case type, field) of what residents may open about a record of the register; first that of the
    mechanism which declares the register, then other ways to the same thing (a window, a proxy, a call by video)."""
    found = [
        (mechanism, case_type, ask.field)
        for mechanism, _version, case_type in catalogue.offered()
        if RESIDENT in case_type.opened_by
        for ask in case_type.opening
        if case_type.form[ask.field].register == register
    ]
    declared = records.known(register)
    return sorted(found, key=lambda each: declared is None or each[0] != declared.mechanism)


def bundle_of(mechanism: str, type_id: str) -> tuple[Held, BundleSpec | None]:
    """The active version of the mechanism, and the bundle that its case type was made from, if any."""
    held = library.one(mechanism)
    return held, held.mechanism.bundles.get(type_id)


def wanted(bundle: BundleSpec, case_type: CaseType, answers: Mapping[str, Any]) -> Wanted:
    """Items and materials for these answers."""
    ids = needed(bundle, case_type, answers)
    titles = {id_: bundle.items[id_].title for id_ in ids}
    uses: dict[str, int] = {}
    spec = case_type.flow.spec
    for id_ in ids:
        step = spec.step(f"do_{id_}") if spec else None
        for text in step.calls.with_.values() if step and step.calls else ():
            uses[text] = uses.get(text, 0) + 1
    files = [
        case_type.form[ask.field]
        for ask in shown(case_type, case_type.opening, answers)
        if case_type.form[ask.field].kind == "files"
    ]
    return Wanted(
        items=tuple(
            (id_, titles[id_], tuple(titles[other] for other in bundle.items[id_].after if other in titles))
            for id_ in ids
        ),
        materials=tuple((field, max(1, uses.get(field.id, 1))) for field in files),
    )


def for_applicants(case_type: CaseType, asks: Iterable[Ask]) -> tuple[Ask, ...]:
    """What an applicant fills in alone: optional tables are desk work (what was handed in, counted and stamped)."""
    return tuple(ask for ask in asks if not (ask.optional and case_type.form[ask.field].kind == "table"))


def shown(case_type: CaseType, asks: Iterable[Ask], answers: Mapping[str, Any]) -> Sequence[Ask]:
    """What is still to be asked once the answers are known: fields that they rule out are left away."""
    made = []
    for ask in asks:
        condition = case_type.form.conditions.get((ask.field, "visible_when"))
        known = condition is not None and condition.names <= set(answers)
        if condition is None or not known or evaluate(case_type, condition, answers) is True:
            made.append(ask)
    return made
