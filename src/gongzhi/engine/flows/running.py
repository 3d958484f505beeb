"""One event being worked off: tokens move, gather in joins and come to rest."""

from __future__ import annotations

from typing import Any

from gongzhi.engine.flows.errors import DeadEnd, EndlessPass, UnreadableState
from gongzhi.engine.flows.graph import Arc, Node
from gongzhi.engine.flows.moving import Moving, node_id, scope_of
from gongzhi.engine.flows.spec import Call
from gongzhi.engine.flows.state import Advance, State, Token

#: more passes than this within one event are a circle without work
MOST_PASSES = 10_000


class Run(Moving):
    """The mutable inside of ``advance``; lives for one event."""

    # --- joins ---------------------------------------------------------------------------------------------

    def arrive(self, node: Node, arc: Arc, origin: Token) -> None:
        """Count an arrival at a join; parallel joins let through at once, others when all is quiet."""
        key = f"{node.id}@{origin.scope}" if origin.scope else node.id
        if node.join == "flows":
            counts = list(self.joins.get(key) or [0] * node.needs)
            counts[arc.slot] += 1
            if all(counts):
                counts = [count - 1 for count in counts]
                self.enter(node, origin)
            if any(counts):
                self.joins[key] = counts
            else:
                self.joins.pop(key, None)
            return
        rivals = self.passed.get(key)
        if rivals and origin.id in rivals:
            rivals.remove(origin.id)
            return
        if self.passed:
            self.inherit(origin.id, key)
        count, item, side, opener = self.joins.get(key) or (0, origin.item, 1, origin.opener)
        # a join ends the branches of ``each``, even if only one came; inside a sub-process the item is its own
        item = item if item == origin.item and origin.scope else ""
        opener = opener if opener == origin.opener else 0
        self.joins[key] = [count + (origin.why != "empty"), item, 1 if side and origin.side else 0, opener]

    def release(self) -> bool:
        """Let one waiting join go on; False when all must still wait.

        A join waits while a token that counts can still reach it. Joins that wait only for each other
        (they lie on one circle) are let go in the order of their first arrival.
        """
        candidate = ""
        for key, entry in self.joins.items():
            if "#" in key:
                continue
            scope = scope_of(key)
            node = self.node_of(key)
            if node.join == "flows":
                continue
            reach = self.flow.reach[node.id]
            if not (node.needs and entry[0] >= node.needs):
                if any(t.node in reach and not t.side and t.scope == scope for t in self.tokens.values()):
                    continue
                if len(self.joins) > 1 and any(
                    other != key and "#" not in other and scope_of(other) == scope and node_id(other) in reach
                    for other in self.joins
                ):
                    candidate = candidate or key
                    continue
            self.let_go(key, node)
            return True
        if candidate:
            self.let_go(candidate, self.node_of(candidate))
        return bool(candidate)

    def node_of(self, key: str) -> Node:
        """The node of a join's key; raises UnreadableState for a key of another flow."""
        try:
            return self.nodes[node_id(key)]
        except KeyError as error:
            raise UnreadableState(why=f"没有步骤“{node_id(key)}”") from error

    def let_go(self, key: str, node: Node) -> None:
        """The join goes on with one token; what else was on its way to an early join will be absorbed."""
        _, item, side, opener = self.joins.pop(key)
        scope = scope_of(key)
        origin = Token(0, node.id, item, bool(side), scope, 0, opener if side else 0)
        if node.needs or self.passed:
            origin = origin._replace(id=self.next)
            self.next += 1
            self.inherit(key, origin.id)
        if node.needs:
            reach = self.flow.reach[node.id]
            rivals: list[Any] = [
                t.id for t in self.tokens.values() if t.node in reach and t.scope == scope and not t.side
            ]
            rivals += [o for o in self.joins if "#" not in o and scope_of(o) == scope and node_id(o) in reach]
            if rivals:
                self.passed[key] = rivals
        self.enter(node, origin)

    # --- coming to rest ------------------------------------------------------------------------------------

    def drain(self) -> None:
        """Work off the queue of arriving tokens."""
        nodes = self.nodes
        while self.queue and not self.ended:
            batch, self.queue = self.queue, []
            for position, (arc, origin) in enumerate(batch):
                self.passes += 1
                if self.passes > MOST_PASSES:
                    raise EndlessPass(node=arc.target)
                if arc.id:
                    self.path.append(arc.id)
                node = nodes[arc.target]
                if node.join:
                    self.arrive(node, arc, origin)
                else:
                    self.enter(node, origin)
                if self.ended:
                    break
                if self.cleared:
                    batch[position + 1 :] = [
                        each for each in batch[position + 1 :] if each[1].scope not in self.cleared
                    ]

    def settle(self) -> Advance:
        """Work until everything rests, and say what came of it."""
        while True:
            self.drain()
            if self.ended:
                break
            if self.joins and self.release():
                continue
            if self.flow.scoped and self.finish_scopes():
                continue
            if self.flow.conditional and self.notice():
                continue
            break
        if not self.ended:
            self.check_alive()
        if self.ended:
            for token in list(self.tokens.values()):
                self.close(token, "ended")
            self.joins, self.passed = {}, {}
        return self.result()

    def finish_scopes(self) -> bool:
        """Let sub-processes go on in which nothing is left."""
        busy = {token.scope for token in self.tokens.values()} | {scope_of(key) for key in self.joins}
        for token in list(self.tokens.values()):
            node = self.nodes[token.node]
            if node.inner and token.id not in busy:
                self.leave(token, node, node.ways["done"].arcs)
                if not node.ways["done"].arcs:
                    self.reached = node.id
                return True
        return False

    def notice(self) -> bool:
        """Conditional events whose condition holds now."""
        for token in list(self.tokens.values()):
            for reaction in self.nodes[token.node].facts.values():
                if (
                    reaction.when is not None
                    and reaction.interrupting
                    and reaction.when.evaluate(self.data) is True
                ):
                    self.react(token, reaction)
                    return True
        return False

    def check_alive(self) -> None:
        """An empty flow has ended if it came to an end; else refuse the event."""
        for token in self.tokens.values():
            node = self.nodes[token.node]
            if not token.side and (not node.inner or node.facts or node.timers):
                return
        if not self.tokens and not self.joins and self.reached:
            self.ended = self.reached
            return
        hint = "、".join(self.node_of(key).title or node_id(key) for key in self.joins)
        if self.skipped:
            raise DeadEnd(hint=f"“{self.nodes[self.skipped].title}”的列表为空,而各项的去向不一")
        raise DeadEnd(hint=f"等不齐的汇合处:{hint}" if hint else "有的步骤没有去向")

    def result(self) -> Advance:
        """The outcome as a value."""
        first = self.first
        tokens = tuple(self.tokens.values())
        opened = tuple([token for token in tokens if token[0] >= first])
        closed = tuple([token for token in self.gone if token[0] < first])
        armed: tuple[tuple[int, str], ...] = ()
        disarmed: tuple[tuple[int, str], ...] = ()
        calls: tuple[tuple[int, Call], ...] = ()
        reacting = self.flow.reacting
        if reacting:
            nodes = self.nodes
            for token in opened:
                if token[1] in reacting:
                    node = nodes[token[1]]
                    armed += tuple([(token[0], timer) for timer in node.timers])
                    if node.call is not None:
                        calls += ((token[0], node.call),)
            for token in closed:
                if token[1] in reacting:
                    disarmed += tuple([(token[0], timer) for timer in nodes[token[1]].timers])
        if self.rearmed:
            armed += tuple(
                [(t, timer) for t, timer in self.rearmed if t in self.tokens or not (t or self.ended)]
            )
        passed = self._rivals_left() if self.passed else {}
        state = State(tokens, self.next, self.joins, self.used, passed)
        return Advance(
            state, opened, closed, armed, disarmed, calls, self.ended, self.emitted, tuple(self.path)
        )

    def _rivals_left(self) -> dict[str, list[Any]]:
        """Early joins whose rivals are still on their way."""
        live = {*self.tokens, *self.joins}
        kept = {
            key: [each for each in dict.fromkeys(ids) if each in live] for key, ids in self.passed.items()
        }
        return {key: ids for key, ids in kept.items() if ids}
