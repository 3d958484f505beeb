"""``assemblies/<id>.yaml``: a kind of meeting, what the law or the village asks of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StrictInt, model_validator
from pydantic_core import PydanticCustomError

from gongzhi.engine.assemblies import BadShare, Rules, Threshold, share_of
from gongzhi.engine.cases.spec import Id, Spec, Title

Days = Annotated[StrictInt, Field(ge=0, le=365)]


class ThresholdSpec(Spec):
    """``{of: households, at_least: 2/3}`` (三分之二以上) or ``{of: present, over: 1/2}`` (过半数)."""

    #: entitled (the roll), present, cast (ballots); of a quorum: persons or households of the roll
    of: Literal["entitled", "present", "cast", "persons", "households"]
    #: more than this share
    over: str = ""
    #: this share or more
    at_least: str = ""

    @model_validator(mode="after")
    def _is_a_share(self) -> ThresholdSpec:
        if bool(self.over) == bool(self.at_least):
            raise PydanticCustomError("threshold", "应写 over（超过）或 at_least（不少于）中的一个")
        try:
            share_of(self.over or self.at_least)
        except BadShare as error:
            raise PydanticCustomError("threshold", "应写分数，例如 1/2 或 2/3") from error
        return self

    def threshold(self) -> Threshold:
        """The compiled threshold."""
        return Threshold(of=self.of, share=share_of(self.over or self.at_least), over=bool(self.over))


def _many(value: Any) -> Any:
    return (value,) if isinstance(value, Mapping) else value


class AssemblySpec(Spec):
    """A kind of meeting: who has a vote, how many must come and agree, how long before and after."""

    id: Id
    title: Title
    #: what it is for, in plain words
    summary: str = ""
    #: law or covenant that it rests on
    basis: str = ""
    #: what has one vote
    unit: Literal["person", "household"] = "household"
    #: who is on the roll: every household, everybody of eighteen years, or the members of a body
    roll: Literal["households", "adults", "members"] = "households"
    #: which body, as the register of members names it (村民代表, 党员, 理事会 …)
    body: str = ""
    #: register of the members of bodies: columns ``body``, ``area``, ``name``; and ``household``, ``woman`` where known
    members: Id | Literal[""] = ""
    #: natural days between notice and meeting
    notice: Days = 0
    #: how many must come; of several, one is enough
    quorum: Annotated[tuple[ThresholdSpec, ...], BeforeValidator(_many)] = ()
    #: how many must agree
    passes: ThresholdSpec = ThresholdSpec(of="present", over="1/2")
    #: how people vote; ``either``: as the convener says
    ballot: Literal["secret", "open", "either"] = "either"
    #: natural days for which the result hangs out, open to objections
    publish: Days = 0
    #: natural days within which the result is filed with the township; 0: it is not
    file: Days = 0
    #: role that presides
    chair: Id = "council_chair"
    #: roles that count paper ballots and watch; two different people enter each count
    tellers: tuple[Id, ...] = ("council_chair", "village_supervisor", "officer")

    @model_validator(mode="after")
    def _says_whose_roll(self) -> AssemblySpec:
        if (self.roll == "members") != bool(self.body and self.members):
            raise PydanticCustomError("roll", "roll: members 要写 body（哪个组织）和 members（成员登记簿）")
        if self.roll == "members" and self.unit != "person":
            raise PydanticCustomError("roll", "成员会议一人一票：unit 应是 person")
        if self.passes.of in ("persons", "households"):
            raise PydanticCustomError("passes", "passes 只能按 entitled、present 或 cast 计")
        if any(each.of in ("present", "cast") for each in self.quorum):
            raise PydanticCustomError("quorum", "quorum 只能按 entitled、persons 或 households 计")
        return self

    def rules(self) -> Rules:
        """What the engine decides by."""
        return Rules(
            id=self.id,
            title=self.title,
            unit=self.unit,
            quorum=tuple(each.threshold() for each in self.quorum),
            passes=self.passes.threshold(),
            notice=self.notice,
            publish=self.publish,
            file=self.file,
            ballot=self.ballot,
        )


__all__ = ["AssemblySpec", "ThresholdSpec"]
