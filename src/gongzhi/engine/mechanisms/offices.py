"""The deed ``do: office``: the tree of offices follows a decision. An office is set up, others are put under it beside the
tree, and old ones end and name their successor, to whom people, duties and everything open go.

    do:
      office:
        add: '{name: new_name, kind: "department", parent: "dy"}'   # or heir: a code that is there
        succeed: olds                   # codes of the offices that end
        link: branches                  # codes of offices that answer to it from now on as well
        how: '"dual"'
        basis: basis
        on: effective_on
        tells: offices_made
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from gongzhi.engine.cases.spec import Feel, Spec


class OfficeDeedSpec(Spec):
    """Offices that are set up, succeeded or subordinated by the system because of a fact."""

    #: FEEL: a context with ``name`` and ``kind``, and perhaps ``short_name``, ``code``, ``parent``, ``area``; null: none is set up
    add: Feel = ""
    #: FEEL: code of an office that is there and stands where ``add`` sets up none
    heir: Feel = ""
    #: FEEL: list of the codes of offices that end
    succeed: Feel = ""
    #: FEEL: list of the codes of offices that are put under it
    link: Feel = ""
    #: FEEL: ``"direct"`` (its own line commands) or ``"dual"`` (the line and the place command)
    how: Feel = ""
    #: FEEL: what it rests on, in words
    basis: Feel
    #: FEEL: from which day on
    on: Feel
    #: fact that the case is told when it is done: a step that waits for it goes on
    tells: str = ""

    @model_validator(mode="after")
    def _has_an_office_and_a_deed(self) -> OfficeDeedSpec:
        if not (self.add or self.heir):
            raise PydanticCustomError("office", "应写 add（设立哪个单位）或 heir（由哪个单位承接）")
        if not (self.add or self.succeed or self.link):
            raise PydanticCustomError("office", "应写 succeed（撤并哪些）或 link（哪些归它管）")
        if bool(self.link) != bool(self.how):
            raise PydanticCustomError("office", "link（哪些归它管）与 how（怎样管）一起写")
        return self

    def expressions(self) -> Iterator[tuple[str, str]]:
        """Every expression with its key."""
        for key in ("add", "heir", "succeed", "link", "how", "basis", "on"):
            if text := getattr(self, key):
                yield key, text
