"""Tokens of one case where more than one may be open: forks, joins, branches, side steps, early ends.

The rules are those of ``engine.flows`` (a test walks both side by side over every shipped mechanism); data and
conditions are left out, and nothing is kept of what has been.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from gongzhi.engine.simulation.model import NodeModel, Way

READY, QUEUED, SERVED, LAGGING, HELD, GONE = range(6)


class Token:
    """One place where a case stands, and how far its step has come."""

    __slots__ = (
        "began", "case", "entered", "group", "hands", "id", "node", "office", "opener", "pool", "prev", "side", "stage",
        "station", "ticket", "until", "visit",
    )  # fmt: skip

    def __init__(self, id_: int, node: int, case: Case) -> None:
        self.id = id_
        self.node = node
        self.case = case
        self.side = False
        self.group = 0
        self.opener = 0
        #: the step before; -1: none
        self.prev = -1
        #: number of the branch; -1: not in one
        self.office = -1
        self.stage = READY
        #: number of the event that it waits for
        self.ticket = -1
        self.entered = 0.0
        self.visit = 0
        #: where it stands, whose queue it is in and who serves it, while a run goes on
        self.station: Any = None
        self.pool: Any = None
        self.hands: Any = None
        #: working minutes of its people at which the service began and will end
        self.began = 0.0
        self.until = 0.0


class Case:
    """A case that is open. Dictionaries are made when they are first needed."""

    __slots__ = (
        "clocks", "cost", "counted", "index", "joins", "next", "offices", "opened", "passed", "queued", "tokens", "used",
        "visits",
    )  # fmt: skip

    def __init__(self, index: int, opened: float, counted: bool) -> None:
        self.index = index
        self.opened = opened
        #: whether it came in the measured days
        self.counted = counted
        self.tokens: list[Token] = []
        self.next = 1
        self.visits: dict[int, int] = {}
        self.used: dict[tuple[int, str, int], int] | None = None
        #: join -> [arrivals, all of them side, opener, step before]
        self.joins: dict[int, list[Any]] | None = None
        #: join or group that went on early -> tokens (and joins, negative) whose arrival it absorbs
        self.passed: dict[int, list[int]] | None = None
        self.offices: list[int] | None = None
        self.clocks: Any = None
        self.queued = 0.0
        self.cost = 0.0


#: a queued arrival: target, id of the token that comes, its side, group, opener, step before, branch, counts
Coming = tuple[int, int, bool, int, int, int, bool]


class Branching:
    """Moves tokens by the rules of the flow; subclasses say what opening, dropping and ending mean."""

    nodes: tuple[NodeModel, ...]
    early: bool
    NOWHERE: ClassVar[int] = 0

    # --- what a subclass does -------------------------------------------------------------------------------

    def opened(self, token: Token) -> None:
        """A token has come to rest in a step."""
        raise NotImplementedError

    def dropped(self, token: Token) -> None:
        """A token was taken away before its step was done."""
        raise NotImplementedError

    def ended(self, case: Case, end: int) -> None:
        """The case has reached an end; -1: nothing is left open though no end was reached."""
        raise NotImplementedError

    def branches(self, case: Case, node: int) -> int:
        """How many branches an ``each`` step opens in this case."""
        raise NotImplementedError

    def is_needed(self, case: Case, node: int) -> bool:
        """Whether the child that the step calls is needed in this case."""
        raise NotImplementedError

    # --- events ---------------------------------------------------------------------------------------------

    def begin(self, case: Case, start: int) -> None:
        """The first token of a case."""
        self.settle(case, [(start, 0, False, 0, -1, -1, True)])

    def take(self, token: Token, way: Way, arcs: tuple[int, ...]) -> None:
        """A choice was taken: ``arcs`` are its ``to``, or its ``then`` where it was used up."""
        case, queue = token.case, []
        if way.opens:
            opener = 0 if arcs else token.id
            queue = [(each, token.id, True, opener, token.node, token.office, True) for each in way.opens]
        if arcs:
            self.leave(token, arcs, queue)
        elif not way.opens and token.side:
            self.close(token)
        self.settle(case, queue)

    def fire(self, token: Token, arcs: tuple[int, ...], interrupting: bool) -> None:
        """A timer moves the token, or opens a side step beside it."""
        queue: list[Coming] = []
        if interrupting:
            self.leave(token, arcs, queue)
        else:
            queue = [(each, token.id, True, token.id, token.node, token.office, True) for each in arcs]
        self.settle(token.case, queue)

    # --- leaving --------------------------------------------------------------------------------------------

    def close(self, token: Token) -> None:
        """Take a token away with the side steps that live only through it."""
        case = token.case
        if token not in case.tokens:
            return
        case.tokens.remove(token)
        self.dropped(token)
        for other in [other for other in case.tokens if other.opener == token.id]:
            self.close(other)

    def leave(self, token: Token, arcs: tuple[int, ...], queue: list[Coming]) -> None:
        """Close the token and send it on; of a group of branches only as its completion rule says."""
        self.close(token)
        if token.group:
            self.branch_done(token)
        queue += [(each, token.id, token.side, token.opener, token.node, token.office, True) for each in arcs]

    def branch_done(self, token: Token) -> None:
        """Count a finished branch and close the rest if the rule says so."""
        node = self.nodes[token.node]
        if not node.completes:
            return
        case = token.case
        case.visits[-token.group] = done = case.visits.get(-token.group, 0) + 1
        if done >= node.completes:
            for other in [
                each for each in case.tokens if each.group == token.group and each.node == token.node
            ]:
                self.close(other)

    # --- arriving -------------------------------------------------------------------------------------------

    def settle(self, case: Case, queue: list[Coming]) -> None:
        """Work off what comes, let joins go, and see whether anything is left."""
        while True:
            while queue:
                batch, queue = queue, []
                for coming in batch:
                    node = self.nodes[coming[0]]
                    if node.is_end:
                        self.finish(case, coming[0])
                        return
                    if node.join:
                        self.arrive(case, coming)
                    else:
                        queue += self.enter(case, coming)
            released = self.release(case) if case.joins else None
            if released is None:
                break
            queue = self.enter(case, released)
        if not any(not token.side for token in case.tokens):
            self.finish(case, -1)

    def finish(self, case: Case, end: int) -> None:
        """Close everything that is open."""
        for token in case.tokens[:]:
            self.dropped(token)
        case.tokens.clear()
        case.joins = None
        self.ended(case, end)

    def enter(self, case: Case, coming: Coming) -> list[Coming]:
        """What happens when a token comes to a step that lets it in; gives what passes by at once."""
        target, origin, side, opener, _, office, _ = coming
        node = self.nodes[target]
        if node.needed < 1.0 and not self.is_needed(case, target):
            return [(each, origin, side, opener, target, office, True) for each in node.ways[0].to]
        if node.each is None:
            self.open(case, coming, 0, office)
            return []
        number = self.branches(case, target)
        if number:
            group = case.next
            for branch in range(number):
                self.open(case, coming, group, branch)
            return []
        leads = {way.to for way in node.ways if way.to}
        # no branch: what all branches lead to is reached at once, without counting as an arrival
        one = leads.pop() if len(leads) == 1 else ()
        return [(each, origin, side, opener, target, -1, False) for each in one]

    def open(self, case: Case, coming: Coming, group: int, office: int) -> None:
        """A token comes to rest."""
        target, origin, side, opener, prev, _, _ = coming
        token = Token(case.next, target, case)
        case.next += 1
        token.side, token.group, token.opener, token.prev, token.office = side, group, opener, prev, office
        case.tokens.append(token)
        if case.passed:
            self.inherit(case, origin, token.id)
        self.opened(token)

    # --- joins ----------------------------------------------------------------------------------------------

    def inherit(self, case: Case, old: int, new: int) -> None:
        """A rival of a join that went on early goes on under another id."""
        for rivals in (case.passed or {}).values():
            if old in rivals:
                rivals.append(new)

    def arrive(self, case: Case, coming: Coming) -> None:
        """Count an arrival at a join."""
        target, origin, side, opener, prev, _, counts = coming
        rivals = case.passed.get(target) if case.passed else None
        if rivals and origin in rivals:
            rivals.remove(origin)
            return
        if case.passed:
            self.inherit(case, origin, -target - 1)
        if case.joins is None:
            case.joins = {}
        count, all_side, first, _ = case.joins.get(target) or (0, True, opener, prev)
        case.joins[target] = [count + counts, all_side and side, first if first == opener else 0, prev]

    def release(self, case: Case) -> Coming | None:
        """The join that may go on now, or None while all must wait.

        A join waits while a token that counts can still reach it; joins that wait only for each other are let go in
        the order of their first arrival.
        """
        joins = case.joins or {}
        candidate = -1
        for target, entry in joins.items():
            node = self.nodes[target]
            if not (node.join > 0 and entry[0] >= node.join):
                if any(token.node in node.reach and not token.side for token in case.tokens):
                    continue
                if any(other != target and other in node.reach for other in joins):
                    candidate = target if candidate < 0 else candidate
                    continue
            return self.let_go(case, target)
        return self.let_go(case, candidate) if candidate >= 0 else None

    def let_go(self, case: Case, target: int) -> Coming:
        """The join goes on with one token; what else was on its way to an early join will be absorbed."""
        node, joins = self.nodes[target], case.joins or {}
        _, side, opener, prev = joins.pop(target)
        origin = 0
        if node.join > 0 or case.passed:
            origin = case.next
            case.next += 1
            self.inherit(case, -target - 1, origin)
        if node.join > 0:
            rivals = [token.id for token in case.tokens if token.node in node.reach and not token.side]
            rivals += [-other - 1 for other in joins if other in node.reach]
            if rivals:
                case.passed = {**(case.passed or {}), target: rivals}
        return target, origin, bool(side), opener if side else 0, prev, -1, True


def targets(ways: Iterable[Way]) -> set[int]:
    """Every node to which the ways lead."""
    return {each for way in ways for each in (*way.to, *way.then, *way.opens)}


__all__ = [
    "GONE",
    "HELD",
    "LAGGING",
    "QUEUED",
    "READY",
    "SERVED",
    "Branching",
    "Case",
    "Coming",
    "Token",
    "targets",
]
