"""The flow of a case type with what is happening laid over it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from gongzhi.engine.cases import Case, CaseType
from gongzhi.engine.flows import svg


def flow_of(case_type: CaseType, case: Case | None = None, *, vertical: bool = False) -> SafeString:
    """The drawing, with a token on every open step of ``case``."""
    here = (
        tuple(sorted({token.node for token in case.flow.tokens}))
        if case is not None and not case.ended
        else ()
    )
    return _drawn(_Key(case_type), here, vertical, "en" if get_language() == "en" else "zh")


class _Key:
    """A case type as a key of the cache: by identity of its version, since it never changes."""

    def __init__(self, case_type: CaseType) -> None:
        self.case_type = case_type
        self.id = (case_type.id, case_type.version, id(case_type.flow))

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, _Key) and self.id == other.id

    def __hash__(self) -> int:
        return hash(self.id)


@lru_cache(maxsize=512)
def _drawn(key: _Key, here: tuple[str, ...], vertical: bool, lang: str) -> SafeString:
    marks: Mapping[str, Any] = {step: svg.Overlay(here=True) for step in here}
    case_type = key.case_type
    # drawn by our own engine, which escapes every label
    return mark_safe(  # noqa: S308
        svg.draw(
            case_type.flow,
            title=case_type.title,
            marks=marks,
            lang=lang,
            vertical=vertical,
            roles=case_type.roles,
        )
    )
