"""The grammar of ``adapt:`` in a manifest: what a city that takes the mechanism over must look at and may change.

What stands there today is the default; it is read from the place itself, so that it can't fall behind.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from gongzhi.engine.cases.spec import Id, Spec, Title
from gongzhi.engine.mechanisms.key_paths import PATTERN


class AdaptSpec(Spec):
    """One adaptation point."""

    id: Id
    title: Title
    #: key path of the place: ``tables.limits``, ``roles.caller``, ``cases.appeal.steps.callback.within``
    what: Annotated[str, Field(pattern=PATTERN)]
    #: why a city would want another value
    why: Annotated[str, Field(min_length=2, max_length=300)]
    #: how a city finds out which value is right for it
    check: Annotated[str, Field(min_length=2, max_length=300)]


__all__ = ["AdaptSpec"]
