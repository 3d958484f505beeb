"""Tokens that leave, pass gateways, open branches and react to events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gongzhi.engine.flows.errors import NotAList, NoWayOut
from gongzhi.engine.flows.graph import Arc, Flow, Node, Reaction
from gongzhi.engine.flows.state import State, Token


class Moving:
    """Tokens that leave, come to rest, pass gateways and react; ``Run`` adds joins and the end of the event."""

    # what most events never touch stays on the class: an instance is made for every event
    rearmed: tuple[tuple[int, str], ...] = ()
    emitted: tuple[tuple[int, str], ...] = ()
    ended = ""
    reached = ""
    skipped = ""
    passes = 0
    #: scopes that were ended while arrivals in them were still being worked off
    cleared: tuple[int, ...] = ()

    def __init__(self, flow: Flow, state: State, data: Mapping[str, Any]) -> None:
        tokens, number, joins, used, passed = state
        self.flow = flow
        self.nodes = flow.nodes
        self.data = data
        self.tokens: dict[int, Token] = {token[0]: token for token in tokens}
        self.next = self.first = number
        self.joins: dict[str, Any] = dict(joins) if joins else {}
        self.used = used
        self.passed: dict[str, list[Any]] = {key: list(ids) for key, ids in passed.items()} if passed else {}
        self.gone: list[Token] = []
        self.path: list[str] = []
        self.queue: list[tuple[Arc, Token]] = []

    # --- leaving -------------------------------------------------------------------------------------------

    def push(self, arcs: Iterable[Arc], origin: Token) -> None:
        """Send a token along each arc; ``origin`` says item, side and scope of what arrives."""
        for arc in arcs:
            self.queue.append((arc, origin))

    def close(self, token: Token, why: str) -> None:
        """Remove a token with all that lives only through it: its side steps and its sub-process."""
        number = token.id
        if self.tokens.pop(number, None) is None:
            return
        self.gone.append(Token(*token[:7], why))
        if self.tokens:
            hanging = [other for other in self.tokens.values() if other[4] == number or other[6] == number]
            for other in hanging:
                self.close(other, "opener" if other.opener == number else why)
        if self.joins and self.nodes[token.node].inner:
            self.drop_joins(token.id)

    def drop_joins(self, scope: int) -> None:
        """Forget arrivals of a scope that is over."""
        for key in [key for key in self.joins if scope_of(key) == scope]:
            del self.joins[key]

    def leave(self, token: Token, node: Node, arcs: Sequence[Arc], why: str = "moved") -> None:
        """Close the token and send it on; of an ``each`` group only as its completion rule says."""
        self.close(token, why)
        if token.group and not self.branch_done(token, node):
            return
        if node.again is not None and node.again.evaluate(self.data) is True:
            self.open(node, token)
            return
        for arc in arcs:
            self.queue.append((arc, token))

    def branch_done(self, token: Token, node: Node) -> bool:
        """Count a finished branch, close the rest if the rule says so; False while the group holds back."""
        key = f"{node.id}#{token.group}"
        done = self.joins.get(key, 0) + 1
        rest = [
            other for other in self.tokens.values() if other.group == token.group and other.node == node.id
        ]
        complete = bool(node.completes) and done >= node.completes
        if node.sequential and not complete:
            items = self.items(node)
            if done < len(items):
                self.joins[key] = done
                self.open(node, token, str(items[done]), token.group)
                return False
        if complete:
            for other in rest:
                self.close(other, "rest")
            rest = []
        if rest and (node.completes or node.sequential):
            self.joins[key] = done
        elif not rest:
            self.joins.pop(key, None)
        return not (node.gathers and rest)

    # --- arriving ------------------------------------------------------------------------------------------

    def open(self, node: Node, origin: Token, item: str | None = None, group: int = 0) -> Token:
        """A token comes to rest in ``node``; a sub-process begins inside."""
        token = Token(
            self.next,
            node.id,
            origin.item if item is None else item,
            origin.side,
            origin.scope,
            group,
            origin.opener,
        )
        self.next += 1
        self.tokens[token.id] = token
        if self.passed:
            self.inherit(origin.id, token.id)
        if node.inner:
            inside = Token(token.id, node.id, token.item, token.side, token.id)
            self.push(node.inner, inside)
        return token

    def inherit(self, old: int | str, new: int | str) -> None:
        """A rival of a join that went on early goes on under another id."""
        for rivals in self.passed.values():
            if old in rivals:
                rivals.append(new)

    def items(self, node: Node) -> Sequence[Any]:
        """Items of the branches of ``node``; raises NotAList."""
        assert node.items is not None
        items = node.items(self.data)
        if items is None:
            return ()
        if isinstance(items, str | Mapping) or not isinstance(items, Sequence):
            raise NotAList(step=node.title or node.id, field=node.id)
        return items

    def enter(self, node: Node, origin: Token) -> None:
        """What happens when a token comes to ``node`` (joins have let it through)."""
        if node.needed is not None and node.needed.evaluate(self.data) is not True:
            self.push(node.child, origin)
        elif node.items is not None:
            self.branch(node, origin)
        elif node.rests:
            self.open(node, origin)
        elif node.ending:
            self.finish(node, origin)
        elif not node.throws or self.throw(node, origin):
            self.pass_on(node, origin)

    def branch(self, node: Node, origin: Token) -> None:
        """Open one branch per item; no item, no branch."""
        items = self.items(node)
        if not items:
            self.pass_by(node, origin)
            return
        group = self.next
        for item in items[:1] if node.sequential else items:
            self.open(node, origin, str(item), group)

    def pass_by(self, node: Node, origin: Token) -> None:
        """No item, no branch: what all branches lead to is reached at once, without counting as an arrival.

        Where the choices lead apart nobody can say whither; the token vanishes unless it was the last.
        """
        if node.gathers:
            self.push(node.ways["done"].arcs, origin)
            return
        leads = [*(way.arcs for way in node.ways.values()), node.child]
        targets = {tuple(arc.target for arc in arcs): arcs for arcs in leads if arcs}
        if len(targets) == 1:
            self.push(next(iter(targets.values())), origin._replace(why="empty"))
        else:
            self.skipped = node.id

    def pass_on(self, node: Node, origin: Token) -> None:
        """A gateway or event without work: on by its rule."""
        ways = node.ways
        if node.split == "every":
            chosen = list(ways.values())
        else:
            chosen = [
                way
                for way in ways.values()
                if way.id != node.default and (way.when is None or way.when.evaluate(self.data) is True)
            ]
            if node.split == "first":
                chosen = chosen[:1]
            if not chosen and node.default:
                chosen = [ways[node.default]]
            if not chosen and ways:
                raise NoWayOut(node=node.title or node.id)
        if not chosen:
            self.reached = node.id
        for way in chosen:
            self.push(way.arcs, origin)

    def finish(self, node: Node, origin: Token) -> None:
        """A token comes to an end."""
        if node.throws and not self.throw(node, origin):
            return
        if node.ending == "plain":
            self.reached = node.id
        elif node.ending == "terminate" and origin.scope:
            self.clear(origin.scope)
        else:
            self.ended = node.id.removeprefix("end.") if self.flow.spec else node.id

    def clear(self, scope: int) -> None:
        """Close everything inside a scope, not the scope itself."""
        for other in list(self.tokens.values()):
            if other.scope == scope:
                self.close(other, "ended")
        self.drop_joins(scope)
        self.queue = [entry for entry in self.queue if entry[1].scope != scope]
        self.cleared = (*self.cleared, scope)

    # --- events --------------------------------------------------------------------------------------------

    def throw(self, node: Node, origin: Token) -> bool:
        """Throw ``kind:ref``; False when the token does not go on (an error, a caught cancel)."""
        kind, _, _ = node.throws.partition(":")
        if kind in ("signal", "message"):
            self.emitted += ((origin.id, node.throws),)
            if kind == "signal":
                self.occur(node.throws)
            return True
        scope = origin.scope
        while True:
            holder = self.tokens.get(scope)
            catcher = self.nodes[holder.node] if holder else self.flow.root
            reaction = catcher and (catcher.facts.get(node.throws) or catcher.facts.get(f"{kind}:"))
            if reaction:
                self.react(holder or Token(0, ""), reaction)
                return not reaction.interrupting
            if holder is None:
                break
            scope = holder.scope
        if kind == "error":
            self.ended = node.id
        return kind == "escalation"

    def occur(self, fact: str) -> bool:
        """Tell everybody who waits for ``fact``; True when somebody did."""
        heard = False
        for token in list(self.tokens.values()):
            reaction = self.nodes[token.node].facts.get(fact)
            if reaction is not None and token.id in self.tokens:
                heard = True
                self.react(token, reaction)
        root = self.flow.root
        if root is not None and fact in root.facts:
            heard = True
            self.react(Token(0, ""), root.facts[fact])
        return heard

    def react(self, token: Token, reaction: Reaction) -> None:
        """A timer or fact takes effect on a resting token (or on a whole scope, for event sub-processes)."""
        if reaction.emits:
            self.emitted += ((token.id, reaction.emits),)
        if reaction.inside:
            if reaction.interrupting:
                self.clear(token.id)
            self.push(reaction.arcs, Token(token.id, token.node, token.item, token.side, token.id))
        elif not reaction.arcs:
            return
        elif reaction.interrupting:
            node = self.nodes[token.node]
            if node.gathers:
                for other in [other for other in self.tokens.values() if other.group == token.group != 0]:
                    self.close(other, "interrupted")
                self.joins.pop(f"{node.id}#{token.group}", None)
                self.push(reaction.arcs, token)
            else:
                self.leave(token, node, reaction.arcs, "moved" if reaction.expected else "interrupted")
        else:
            side = token.side or reaction.side
            self.push(
                reaction.arcs, token._replace(side=side, opener=token.id if reaction.side else token.opener)
            )


def scope_of(key: str) -> int:
    """Scope of the key of a join."""
    return int(key.partition("@")[2] or 0)


def node_id(key: str) -> str:
    """Node of the key of a join."""
    return key.partition("@")[0]
