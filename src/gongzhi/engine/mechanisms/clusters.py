"""The grammar of ``clusters.yaml``: when many reports of one thing become one project that looks for the cause.

A rule names a case type and what counts as *one thing*: the values of ``by`` alike, and (with ``texts``) texts that tell
the same. What ``least_users`` different persons report is shown as a hot matter; once more than ``more_than``
cases of it were opened within ``days``, the project opens by itself, once for the cluster, with a first step that
somebody owns. ``with`` sees:

    title, place   what the texts call the matter and the place; the words of the values of ``by`` without texts
    count, users   cases in the cluster, and different persons
    recent         cases of the last ``days``
    days           the window
    since, until   days of the first and the last report
    town           code of the town where it happens; null where it is not known
    numbers        the reference numbers, newest first (at most 200)
    categories     the different categories
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, RootModel, StrictBool, StrictInt, model_validator
from pydantic_core import PydanticCustomError

from gongzhi.engine.cases.spec import CaseRef, Feel, Id, Names, Spec, Title

#: a town in ``by``: not a field of the case but where it lies
TOWN = "town"
#: what the expressions of ``with`` may name
NAMES = ("title", "place", "count", "users", "recent", "days", "since", "until", TOWN, "numbers", "categories")  # fmt: skip


class ClusterSpec(Spec):
    """One rule of ``clusters.yaml``."""

    id: Id
    title: Title
    #: a case type of this mechanism
    case: Id
    #: the window in which the cases are counted, natural days
    days: Annotated[StrictInt, Field(ge=1, le=365)] = 30
    #: how far back reports are compared, so that a matter keeps its cluster; at least ``days``
    looks_back: Annotated[StrictInt, Field(ge=1, le=730)] = 90
    #: so many cases within ``days`` are still single matters; one more opens the project
    more_than: Annotated[StrictInt, Field(ge=1)] = 10
    #: so many different persons make a hot matter: one person who writes often does not
    least_users: Annotated[StrictInt, Field(ge=2)] = 3
    #: fields whose values must be alike, and ``town``
    by: Names = (TOWN,)
    #: whether the texts must tell the same thing, too
    texts: StrictBool = True
    #: the case type that opens, of this mechanism or ``mechanism.type``; empty: only shown
    opens: CaseRef | None = None
    #: field of the project -> FEEL over the names above
    with_: Mapping[Id, Feel] = Field(default_factory=dict, alias="with")
    #: what every reporter of the cluster is told when the project opens; ``{{ title }}``, ``{{ count }}``, ``{{ number }}``
    tells: str = ""

    @model_validator(mode="after")
    def _fits(self) -> ClusterSpec:
        if self.looks_back < self.days:
            raise PydanticCustomError("clusters", "looks_back 不能比 days 短")
        if (self.with_ or self.tells) and not self.opens:
            raise PydanticCustomError("clusters", "with 和 tells 只与 opens 一起写")
        if not self.texts and self.by in ((), (TOWN,)):
            raise PydanticCustomError("clusters", "不比对文字的，by 里要写字段，否则一个镇的事都成了一件")
        return self


class ClustersSpec(RootModel[tuple[ClusterSpec, ...]]):
    """``clusters.yaml``: a list."""


__all__ = ["NAMES", "TOWN", "ClusterSpec", "ClustersSpec"]
