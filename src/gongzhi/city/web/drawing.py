"""The flow of a case type with what is happening laid over it."""

from __future__ import annotations

from functools import lru_cache

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from gongzhi.city.mechanisms import library
from gongzhi.engine.cases import Case
from gongzhi.engine.flows.overlays import Overlay
from gongzhi.engine.mechanisms import draw


def flow_of(
    mechanism: str, version: str, type_id: str, case: Case | None = None, *, vertical: bool = False
) -> SafeString:
    """The drawing in the language of the page, with a token on every open step of ``case``."""
    running = case is not None and not case.ended
    here = tuple(sorted({token.node for token in case.flow.tokens})) if case is not None and running else ()
    return _drawn(mechanism, version, type_id, here, vertical, "en" if get_language() == "en" else "zh")


@lru_cache(maxsize=512)
def _drawn(
    mechanism: str, version: str, type_id: str, here: tuple[str, ...], vertical: bool, lang: str
) -> SafeString:
    """A version never changes once installed, so its drawings are kept."""
    marks = {step: Overlay(here=True) for step in here}
    held = library.one(mechanism, version)
    # drawn by our own engine, which escapes every label
    return mark_safe(draw(held.mechanism, type_id, lang=lang, vertical=vertical, marks=marks))  # noqa: S308
