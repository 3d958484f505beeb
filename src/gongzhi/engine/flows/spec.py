"""What a case type says about its flow: steps, choices, timers, calls. Field names are the keys of the YAML file.

A *target* is the id of a step, or ``end.<id>`` for an end. One string is accepted wherever a tuple of targets is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


def _targets(value: str | Iterable[str] | None) -> tuple[str, ...]:
    if not value:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One way to finish (``to``), to branch off (``opens``), or only to note something (neither).

    In a side step a choice with neither closes the side step.
    """

    id: str
    title: str = ""
    #: where the token goes; several targets fork
    to: tuple[str, ...] = ()
    #: side step opened while the own step stays open
    opens: str = ""
    #: how often per case (per item in an ``each`` branch) the choice may be taken
    at_most: int | None = None
    #: where it goes when taken once more than ``at_most``; without it the choice is refused
    then: tuple[str, ...] = ()
    #: only before the step is due (checked by the case, which knows the clock)
    before_due: bool = False
    #: FEEL condition over the case's data; empty: always
    when: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "to", _targets(self.to))
        object.__setattr__(self, "then", _targets(self.then))


@dataclass(frozen=True, kw_only=True)
class Timer:
    """Something that happens when a step has been open for long; armed when the step opens.

    Interrupting timers move the token; others emit a fact or open a side step. ``every`` arms again.
    """

    id: str
    title: str = ""
    #: period after opening, e.g. ``3 working days``
    after: str = ""
    #: FEEL date and time
    at: str = ""
    #: period of repetition after the first firing
    every: str = ""
    #: fact written when it fires
    emits: str = ""
    to: tuple[str, ...] = ()
    interrupting: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "to", _targets(self.to))


@dataclass(frozen=True, kw_only=True)
class EndWay:
    """Where the token goes when the child reached a certain end."""

    title: str = ""
    to: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "to", _targets(self.to))


@dataclass(frozen=True, kw_only=True)
class Call:
    """A child case of another type; the token waits for its end."""

    case: str
    #: FEEL: whether the child is needed; the step is passed by where it is not
    when: str = ""
    #: field of the child -> FEEL over our data (key ``with`` of the YAML file)
    with_: Mapping[str, str] = field(default_factory=dict)
    to: tuple[str, ...] = ()
    #: end of the child -> where the token goes instead of ``to``
    by_end: Mapping[str, EndWay] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "to", _targets(self.to))


@dataclass(frozen=True, kw_only=True)
class Wait:
    """A fact for which the token waits."""

    fact: str
    to: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "to", _targets(self.to))


@dataclass(frozen=True, kw_only=True)
class Step:
    """One piece of work, and the ways out of it."""

    id: str
    title: str = ""
    #: ``role @ scope`` as written
    who: str = ""
    choices: tuple[Choice, ...] = ()
    #: list field: one branch per item; an empty list opens no branch
    each: str = ""
    #: after how many branches the rest is closed: ``all``, ``any`` or a number
    completes: str | int = "all"
    #: join: empty (none), ``all``, ``any`` or a number of arrivals
    awaits: str | int = ""
    #: steps whose doers may not do this one
    not_by: tuple[str, ...] = ()
    calls: Call | None = None
    waits_for: Wait | None = None
    timers: tuple[Timer, ...] = ()

    def choice(self, choice_id: str) -> Choice | None:
        """The choice with this id, or None."""
        return next((choice for choice in self.choices if choice.id == choice_id), None)


@dataclass(frozen=True, kw_only=True)
class FlowSpec:
    """The flow of one case type."""

    steps: tuple[Step, ...]
    #: id of the first step; empty: the first of ``steps``
    start: str = ""
    #: end id -> title; targets write ``end.<id>``
    ends: Mapping[str, str] = field(default_factory=dict)

    @property
    def first(self) -> str:
        """Id of the step in which a case begins."""
        return self.start or (self.steps[0].id if self.steps else "")

    def step(self, step_id: str) -> Step | None:
        """The step with this id, or None."""
        return next((step for step in self.steps if step.id == step_id), None)


END = "end."


def ways_out(step: Step) -> list[tuple[str, tuple[str, ...], str]]:
    """All ``(key, targets, style)`` of a step; style is to, then, opens, timer, side, call or wait.

    >>> ways_out(Step(id="a", choices=(Choice(id="go", to="b", opens="c"),)))
    [('choices.go.to', ('b',), 'to'), ('choices.go.opens', ('c',), 'opens')]
    """
    ways: list[tuple[str, tuple[str, ...], str]] = []
    for choice in step.choices:
        ways.append((f"choices.{choice.id}.to", choice.to, "to"))
        ways.append((f"choices.{choice.id}.then", choice.then, "then"))
        ways.append((f"choices.{choice.id}.opens", _targets(choice.opens), "opens"))
    for timer in step.timers:
        ways.append((f"timers.{timer.id}.to", timer.to, "timer" if timer.interrupting else "side"))
    if step.calls:
        ways.append(("calls.to", step.calls.to, "call"))
        ways += [(f"calls.by_end.{end}", way.to, "call") for end, way in step.calls.by_end.items()]
    if step.waits_for:
        ways.append(("waits_for.to", step.waits_for.to, "wait"))
    return [way for way in ways if way[1]]
