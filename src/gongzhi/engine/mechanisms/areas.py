"""The deed ``do: area``: the territory itself follows a decision of its people. Units of self-governance come out of a
village, or of each other, and a register keeps what the territory does not know of them.

    do:
      area:
        split: village                  # or merge: [first, second]
        into: units                     # of a split: a list of contexts with name; of a merge: the new name
        basis: '"村民会议决议 " + case.number'
        on: effective_on
        record: {register: units, set: {name: part.name, households: part.households}, move: found}
        closes: dissolve                # move of the ended units' own records
        tells: units_made               # the fact for which the case waits
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from gongzhi.engine.cases.spec import Feel, Id, Spec

#: names of the new area's record: its row of ``into``, and the code that the territory gave it
OF_A_PART = frozenset({"part", "code"})


class PartRecordSpec(Spec):
    """The record of each new area, kept under the area's own code."""

    #: id of the register, whose key is the code of the area
    register_: Id = Field(alias="register")
    #: column -> FEEL, which also sees ``part`` (the row of ``into``) and ``code``
    set_: Mapping[Id, Feel] = Field(default_factory=dict, alias="set")
    #: move of the register's lifecycle, done after the values are set
    move: str = ""


class AreaDeedSpec(Spec):
    """Areas that are split or merged by the system because of a fact.

    A village that is split keeps standing above its units; a unit that is split or merged ends and names its successors,
    to whom everything open goes.
    """

    #: FEEL: code of the village or unit
    split: Feel = ""
    #: FEEL: list of the codes of units
    merge: Feel = ""
    #: FEEL: of a split a list of contexts with ``name``; of a merge the name of the new unit
    into: Feel
    #: FEEL: what it rests on, in words
    basis: Feel
    #: FEEL: from which day on
    on: Feel
    #: the record that is kept for every new area
    record: PartRecordSpec | None = None
    #: move that the records of ended units make in the same register
    closes: str = ""
    #: fact that the case is told when it is done: a step that waits for it goes on
    tells: str = ""

    @model_validator(mode="after")
    def _splits_or_merges(self) -> AreaDeedSpec:
        if bool(self.split) == bool(self.merge):
            raise PydanticCustomError("area", "应写 split（分哪里）或 merge（并哪些）中的一个")
        if self.closes and self.record is None:
            raise PydanticCustomError("area", "closes 只与 record 一起写")
        return self

    def expressions(self) -> Iterator[tuple[tuple[str, ...], str, frozenset[str]]]:
        """Every expression with its key path, and the names that it sees beside the case's."""
        for key in ("split", "merge", "into", "basis", "on"):
            if text := getattr(self, key):
                yield (key,), text, frozenset()
        if self.record:
            for column, text in self.record.set_.items():
                yield ("record", "set", column), text, OF_A_PART
