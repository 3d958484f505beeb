"""Where a running flow stands, what can happen to it, and what came of it.

Token, State and Advance are named tuples, not dataclasses: they are made and torn down on every step of every
case, and a tuple is three times cheaper to build and dumps to JSON as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from gongzhi.engine.flows.errors import UnreadableState
from gongzhi.engine.flows.spec import Call


class Token(NamedTuple):
    """One place where the flow stands. Ids are unique within a case and never reused."""

    id: int
    node: str
    #: item of the ``each`` branch in which the token is
    item: str = ""
    #: a side step, which holds nothing up
    side: bool = False
    #: token of the sub-process in which this one is; 0: none
    scope: int = 0
    #: first token of the ``each`` group in which it was opened; 0: none
    group: int = 0
    #: token from which a side step was opened; it closes together with it
    opener: int = 0
    #: only on closed tokens: moved, joined, absorbed, rest, interrupted, opener, ended, done
    why: str = ""


_PLAIN = Token(0, "")[2:7]


class State(NamedTuple):
    """Small, JSON-ready, immutable. ``joins``: arrivals that wait; ``used``: choices with ``at_most``."""

    tokens: tuple[Token, ...] = ()
    next: int = 1
    #: join -> [arrivals, item, 1 if all arrivals were side] or, for parallel gateways, arrivals per flow
    joins: Mapping[str, list[Any]] = {}
    #: ``step.choice`` or ``step.choice@item`` -> times taken
    used: Mapping[str, int] = {}
    #: join that went on early -> tokens whose later arrival it absorbs
    passed: Mapping[str, list[Any]] = {}

    def token(self, token_id: int) -> Token | None:
        """The open token with this id, or None."""
        return next((token for token in self.tokens if token.id == token_id), None)

    def at(self, node: str) -> tuple[Token, ...]:
        """The open tokens that stand in this node."""
        return tuple(token for token in self.tokens if token.node == node)

    def dump(self) -> dict[str, Any]:
        """JSON-ready; empty parts are left out.

        >>> State((Token(1, "register"),), 2).dump()
        {'t': [(1, 'register')], 'n': 2}
        """
        value: dict[str, Any] = {
            "t": [token[:2] if token[2:7] == _PLAIN else token[:7] for token in self.tokens],
            "n": self.next,
        }
        if self.joins:
            value["j"] = self.joins
        if self.used:
            value["u"] = self.used
        if self.passed:
            value["p"] = self.passed
        return value

    @classmethod
    def load(cls, value: Mapping[str, Any]) -> State:
        """The state that was dumped. Raises UnreadableState when ``value`` is something else."""
        try:
            get = value.get
            tokens = tuple([Token(*token) for token in value["t"]])
            return cls(tokens, value["n"], get("j") or {}, get("u") or {}, get("p") or {})
        except (KeyError, TypeError, AttributeError) as error:
            raise UnreadableState(why=str(error)) from error


def rename_items(state: State, names: Mapping[str, str]) -> State:
    """The state with branches of an ``each`` under new items (an office was succeeded by another one).

    >>> rename_items(State((Token(1, "help", "a"),), 2, used={"help.ask@a": 1}), {"a": "b"}).dump()
    {'t': [(1, 'help', 'b', False, 0, 0, 0)], 'n': 2, 'u': {'help.ask@b': 1}}
    """
    if not any(token.item in names for token in state.tokens):
        return state
    used: dict[str, int] = {}
    for key, times in state.used.items():
        choice, at, item = key.partition("@")
        name = f"{choice}{at}{names.get(item, item)}"
        used[name] = max(times, used.get(name, 0))
    tokens = tuple(token._replace(item=names.get(token.item, token.item)) for token in state.tokens)
    return state._replace(tokens=tokens, used=used)


class Advance(NamedTuple):
    """What one event caused."""

    state: State
    opened: tuple[Token, ...] = ()
    #: with ``why``
    closed: tuple[Token, ...] = ()
    #: timers to set, as (token id, timer id); a repeated one appears again when it has fired
    armed: tuple[tuple[int, str], ...] = ()
    disarmed: tuple[tuple[int, str], ...] = ()
    #: child cases to open
    calls: tuple[tuple[int, Call], ...] = ()
    #: id of the end that was reached; empty while running
    ended: str = ""
    #: facts to write, as (token id, name): ``emits`` of timers, thrown messages and signals
    emitted: tuple[tuple[int, str], ...] = ()
    #: ids of the drawn arcs that were taken, for pictures and conformance
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chosen:
    """Somebody took a choice of an open step."""

    token: int
    choice: str


@dataclass(frozen=True, slots=True)
class Fired:
    """An armed timer is due."""

    token: int
    timer: str


@dataclass(frozen=True, slots=True)
class Occurred:
    """A fact for which tokens may wait."""

    fact: str


@dataclass(frozen=True, slots=True)
class ChildEnded:
    """The child case that a token called has ended."""

    token: int
    outcome: str
    data: Mapping[str, Any] = field(default_factory=dict)


Event = Chosen | Fired | Occurred | ChildEnded
