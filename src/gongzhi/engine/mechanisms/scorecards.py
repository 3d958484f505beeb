"""``scorecards/<id>.yaml``: how units are appraised, published before the period begins and computed from facts alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, StrictFloat, StrictInt, model_validator
from pydantic_core import PydanticCustomError

from gongzhi.engine.cases.spec import Feel, Id, Spec, Title

#: a measure of this mechanism, or ``mechanism.measure`` of another
MeasureRef = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$")]
Number = StrictInt | StrictFloat
Weight = Annotated[Number, Field(gt=0, le=100)]


class CriterionSpec(Spec):
    """One criterion: a measure, how its value becomes 0 to 100 points, and its weight."""

    #: empty: the last part of ``measure``
    id: Id | Literal[""] = ""
    #: empty: the measure's
    title: str = ""
    #: the indicator: of this mechanism, or ``mechanism.measure``
    measure: MeasureRef
    #: per cent within its part
    weight: Weight
    #: higher, lower, satisfaction: from ``worst`` (0) to ``best`` (100); target: up to ``target``; range: between ``low`` and
    #: ``high``; trend: against the own period before
    type: Literal["higher", "lower", "target", "range", "trend", "satisfaction"]
    #: value that earns 0 points
    worst: Number | None = None
    #: value that earns 100 points
    best: Number | None = None
    #: of ``target``: value that earns 100 points; more earns nothing more
    target: Number | None = None
    #: of ``range``: lower end of what earns 100 points
    low: Number | None = None
    #: of ``range``: upper end
    high: Number | None = None
    #: of ``range``: how far outside the points fall to 0
    margin: Number | None = None
    #: of ``trend``: the improvement that earns 100 points; none earns 50
    step: Number | None = None
    #: of satisfaction: the least share of those due to be asked that must have been reached
    coverage: Annotated[Number, Field(ge=0, le=1)] = 0
    #: difficulty: title -> FEEL over one case; units are compared as if each had the mix of the whole class
    adjust: Mapping[Title, Feel] = Field(default_factory=dict)
    #: whose case it is: of the office that leads it, or of the place where it lies; empty: what the class says
    by: Literal["", "lead", "area"] = ""

    @model_validator(mode="after")
    def _says_its_lines(self) -> CriterionSpec:
        needed = {
            "target": ("worst", "target"), "range": ("low", "high", "margin"), "trend": ("step",),
        }.get(self.type, ("worst", "best"))  # fmt: skip
        if missing := [name for name in needed if getattr(self, name) is None]:
            raise PydanticCustomError("criterion", "{type} 要写 {names}", {"type": self.type, "names": "、".join(missing)})  # fmt: skip
        return self

    @property
    def name(self) -> str:
        """Its id within the scorecard."""
        return self.id or self.measure.rpartition(".")[2]


class UnitClassSpec(Spec):
    """A class of units: by kinds of offices, or by a list of their codes."""

    #: what people read, in Chinese
    title: Title
    #: kinds of offices of the city (town, department …)
    kinds: tuple[str, ...] = ()
    #: codes of offices; those named here leave the class of their kind
    offices: tuple[str, ...] = ()
    #: whose case it is: of the office that leads it, or of the place where it lies
    by: Literal["lead", "area"] = "lead"
    #: what counts for the class; weights make 100
    criteria: Annotated[tuple[CriterionSpec, ...], Field(min_length=1, max_length=60)]


class AwardSpec(Spec):
    """Points added or taken away for verified facts: per fact of a count, per percentage point of a rate."""

    #: empty: the last part of ``measure``
    id: Id | Literal[""] = ""
    #: empty: the measure's
    title: str = ""
    #: a count of verified facts, or a rate
    measure: MeasureRef
    #: for each fact, or for each percentage point
    points: Annotated[Number, Field(gt=0, le=100)]
    #: at most so many points by this one
    cap: Annotated[Number, Field(gt=0, le=100)]
    #: whose case it is; empty: what the class says
    by: Literal["", "lead", "area"] = ""

    @property
    def name(self) -> str:
        """Its id within the scorecard."""
        return self.id or self.measure.rpartition(".")[2]


class AwardsSpec(Spec):
    """Bonus or deductions, with the cap of all together."""

    #: at most so many points by all together
    cap: Annotated[Number, Field(gt=0, le=100)]
    #: what is rewarded or taken away for
    items: Annotated[tuple[AwardSpec, ...], Field(min_length=1, max_length=20)]


class GreenSpec(Spec):
    """The green coefficient g: ``low`` at 0 points of its criteria, ``high`` at 100; the whole score is multiplied by it."""

    #: at 0 points
    low: Annotated[Number, Field(ge=0.8, le=1)] = 0.8
    #: at 100 points
    high: Annotated[Number, Field(ge=1, le=1.2)] = 1.2
    #: criteria of the environment; weights make 100
    criteria: Annotated[tuple[CriterionSpec, ...], Field(min_length=1, max_length=20)]


class PartsSpec(Spec):
    """What the class's criteria and the specials weigh; together 100."""

    #: the class's own criteria
    class_: Annotated[Number, Field(ge=0, le=100)] = Field(alias="class")
    #: the specials, the same for all classes
    special: Annotated[Number, Field(ge=0, le=100)] = 0


class PublishSpec(Spec):
    """The standard is published first."""

    #: how long before the period begins, e.g. ``15 days``
    before: str


class AppealSpec(Spec):
    """How long a unit may object after publication, and how long another person has to decide."""

    #: from publication; at least five working days
    submit: str = "5 working days"
    #: from the appeal; at most ten working days
    decide: str = "10 working days"


class BottomSpec(Spec):
    """The last band of a class is looked at by people, with context, before anything follows. The system follows nothing."""

    #: at most so many units of a class
    count: Annotated[StrictInt, Field(ge=1, le=10)] = 1


class ScorecardSpec(Spec):
    """``scorecards/<id>.yaml``: Score = (Wc·Σ w·s + Ws·Σ v·p + bonus − deductions) × g."""

    id: Id
    title: Title
    summary: str = ""
    #: length of the appraised period
    period: Literal["year", "half", "quarter"] = "year"
    #: when the standard is published
    publish: PublishSpec
    #: what class and specials weigh
    weights: PartsSpec
    #: with this confidence all statements "these stand in different bands" of a class hold at once
    confidence: Annotated[StrictFloat, Field(ge=0.8, lt=1)] = 0.95
    #: classes of units; each is compared within itself
    classes: Annotated[Mapping[Id, UnitClassSpec], Field(min_length=1, max_length=20)]
    #: what counts for every class alike
    specials: tuple[CriterionSpec, ...] = ()
    #: the green coefficient
    green: GreenSpec | None = None
    #: points added
    bonus: AwardsSpec | None = None
    #: points taken away
    deductions: AwardsSpec | None = None
    #: time to object and to decide
    appeal: AppealSpec = AppealSpec()
    #: who stands last is looked at by people first
    bottom: BottomSpec | None = None

    def criteria(self) -> list[tuple[tuple[str | int, ...], CriterionSpec, str]]:
        """(key path, criterion, whose case it is) of everything that is scored."""
        found: list[tuple[tuple[str | int, ...], CriterionSpec, str]] = []
        for id_, one in self.classes.items():
            found += [(("classes", id_, "criteria", n), each, each.by or one.by) for n, each in enumerate(one.criteria)]  # fmt: skip
        found += [(("specials", n), each, each.by) for n, each in enumerate(self.specials)]
        if self.green:
            found += [(("green", "criteria", n), each, each.by) for n, each in enumerate(self.green.criteria)]
        return found

    def awards(self) -> list[tuple[tuple[str | int, ...], AwardSpec]]:
        """(key path, award) of bonus and deductions."""
        both = (("bonus", self.bonus), ("deductions", self.deductions))
        return [((key, "items", n), each) for key, part in both if part for n, each in enumerate(part.items)]


__all__ = ["AwardSpec", "CriterionSpec", "ScorecardSpec", "UnitClassSpec"]
