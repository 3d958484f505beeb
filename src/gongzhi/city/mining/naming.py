"""Names for what the facts call by id: steps and choices of a mechanism, offices; and its drawn flow."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from gongzhi.city.mechanisms import library
from gongzhi.city.mining.errors import NoFlow
from gongzhi.city.territory.models import Office
from gongzhi.engine.cases import CaseType
from gongzhi.engine.flows import Flow
from gongzhi.engine.flows.svg import draw
from gongzhi.engine.mechanisms import load
from gongzhi.engine.mechanisms.running import compile_all
from gongzhi.engine.mining import Study, marks_of


def case_type(mechanism: str, type_id: str, version: str = "") -> CaseType:
    """A case type of an installed mechanism (the active version unless said). Raises NoFlow."""
    found = library.one(mechanism, version).case_types.get(type_id)
    if found is None:
        raise NoFlow(mechanism=mechanism, type=type_id)
    return found


def flow_of(mechanism: str, type_id: str) -> Flow:
    """Its drawn flow."""
    return case_type(mechanism, type_id).flow


def shipped_flow(folder: Path, type_id: str) -> Flow:
    """The flow of a mechanism in a folder; without ``type_id`` of its first case type. Raises NoFlow."""
    types = compile_all(load(folder))
    found = types.get(type_id) if type_id else next(iter(types.values()), None)
    if found is None:
        raise NoFlow(mechanism=folder.name, type=type_id)
    return found.flow


def names_of(mechanism: str, type_id: str) -> dict[str, str]:
    """Step -> title, ``step.choice`` -> title."""
    found = case_type(mechanism, type_id)
    names = {id_: step.title for id_, step in found.steps.items()}
    for id_, step in found.steps.items():
        names |= {f"{id_}.{choice}": f"{step.title}·{rule.title}" for choice, rule in step.choices.items()}
    return names


#: fewer cases than this could show a person
FEW = 5


def picture(mechanism: str, type_id: str, study: Study, *, lang: str = "zh") -> str:
    """The mechanism's own picture with what happened on it: counts on the arcs, mean stays on the steps."""
    found = case_type(mechanism, type_id)
    return draw(found.flow, title=found.title, marks=marks_of(study, few=FEW), lang=lang, key="mined")


def offices(codes: Iterable[str]) -> dict[str, str]:
    """Code -> name, of those that are ours."""
    return dict(Office.objects.filter(code__in=set(codes)).values_list("code", "name"))


__all__ = ["case_type", "flow_of", "names_of", "offices", "picture", "shipped_flow"]
