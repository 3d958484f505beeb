"""Whether cases went the way that is drawn: token replay with silent transitions.

Rozinat and van der Aalst, "Conformance checking of processes based on monitoring real behavior", Information Systems 33
(2008): fitness = ½(1 − missing/consumed) + ½(1 − remaining/produced), summed over all cases. A step that the picture does
not allow at that moment gets the tokens that it lacks (they are the *missing* ones) and the replay goes on, so one deviation
is told once. Where several ways explain the same steps, the one with the fewest missing tokens is kept (a beam of
``BEAM`` states); the number is therefore a lower bound of the fitness of an optimal alignment.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from gongzhi.engine.mining.nets import END, Move, Net

BEAM = 24
#: markings looked at between two steps, and tokens on one place
MOST_MARKINGS, MOST_TOKENS = 1_500, 6

Marking = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Deviation:
    """A place where cases left the picture.

    ``unknown``: the step is not drawn; ``early``: it may not happen after ``after``; ``left``: it was still open at the end.
    """

    kind: str
    step: str
    after: str = ""

    def sentence(self, names: Mapping[str, str]) -> str:
        """In words; ``names``: label -> title."""
        step, after = names.get(self.step, self.step), names.get(self.after, self.after)
        if self.kind == "unknown":
            return f"“{step}”不在图上"
        if self.kind == "left":
            return f"结束时“{step}”还没有做" if step else "结束时还有一路没有走完"
        return (
            f"“{after}”之后做了“{step}”，图上这时走不到它"
            if after
            else f"一开始就做“{step}”，图上不是这样开始"
        )


@dataclass(frozen=True, slots=True)
class Replay:
    """One path on the net."""

    missing: int
    remaining: int
    consumed: int
    produced: int
    deviations: tuple[Deviation, ...]

    @property
    def fits(self) -> bool:
        """No token was missing or left."""
        return not (self.missing or self.remaining)

    @property
    def fitness(self) -> float:
        """Between 0 and 1."""
        return _fitness(self.missing, self.remaining, self.consumed, self.produced)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conformance:
    """All paths of a log on the net."""

    fitness: float
    cases: int
    #: cases whose path the picture allows from beginning to end
    fitting: int
    #: deviation -> cases in which it happened, the most frequent first
    deviations: tuple[tuple[Deviation, int], ...]
    #: drawn steps that nobody took
    unused: tuple[str, ...]
    #: per path, in the order given
    replays: tuple[Replay, ...] = ()


def _fitness(missing: int, remaining: int, consumed: int, produced: int) -> float:
    return 0.5 * (1 - missing / max(consumed, 1)) + 0.5 * (1 - remaining / max(produced, 1))


@dataclass(slots=True)
class _State:
    marking: Marking
    missing: int = 0
    consumed: int = 0
    produced: int = 0
    deviations: tuple[Deviation, ...] = ()
    #: steps explained before the first deviation: of equal explanations the one that goes well for longest is told
    well: int = 0


@dataclass(slots=True)
class Replayer:
    """Replays paths on one net; what was found between two steps is remembered."""

    net: Net
    _known: dict[tuple[Marking, str], list[tuple[Marking, int, int]]] = field(default_factory=dict)

    def replay(self, path: Sequence[str], *, ended: bool = True) -> Replay:
        """One path of labels. ``ended`` False: the case is still open, so that what is open is not a deviation."""
        beam = [_State(_marking(Counter(self.net.first)), produced=len(self.net.first))]
        before = ""
        for label in path:
            beam = self._step(beam, label, before)
            before = label
        ends = [(self._end(state, ended), state.well) for state in beam]
        return min(ends, key=lambda end: (end[0].missing + end[0].remaining, -end[1]))[0]

    def _step(self, beam: list[_State], label: str, before: str) -> list[_State]:
        if label not in self.net.labelled:
            note = Deviation("unknown", label)
            for state in beam:
                # as if the step stood alone: takes a token that nobody put, and puts one that nobody takes
                state.missing += 1
                state.consumed += 1
                state.produced += 1
                state.deviations += (note,)
            return beam
        found: dict[Marking, _State] = {}
        for state in beam:
            for reached in self._follow(state, label, before):
                known = found.get(reached.marking)
                if known is None or (reached.missing, -reached.well) < (known.missing, -known.well):
                    found[reached.marking] = reached
        best = sorted(found.values(), key=lambda s: (s.missing, -s.well, sum(n for _, n in s.marking)))
        return best[:BEAM]

    def _follow(self, state: _State, label: str, before: str) -> list[_State]:
        ways = self._enabled(state.marking, label)
        if ways:
            return [
                _State(
                    marking,
                    state.missing,
                    state.consumed + taken,
                    state.produced + put,
                    state.deviations,
                    state.well + (not state.deviations),
                )
                for marking, taken, put in ways
            ]
        return [self._forced(state, each, label, before) for each in self.net.labelled[label]]

    def _enabled(self, marking: Marking, label: str) -> list[tuple[Marking, int, int]]:
        """Markings after the step, by the fewest silent transitions before it; with tokens taken and put."""
        key = (marking, label)
        if key not in self._known:
            wanted = self.net.labelled[label]
            found = []
            for here, taken, put in self._silently(marking):
                for each in wanted:
                    after = _fire(dict(here), each)
                    if after is not None:
                        found.append((after, taken + len(each.takes), put + len(each.puts)))
            self._known[key] = found[:BEAM]
        return self._known[key]

    def _silently(self, marking: Marking) -> Iterable[tuple[Marking, int, int]]:
        """Every marking that silent transitions reach, the nearest first."""
        seen = {marking}
        queue = [(marking, 0, 0)]
        for here, taken, put in queue:
            yield here, taken, put
            tokens = dict(here)
            tries = {each for place in tokens for each in self.net.silent.get(place, ())}
            for each in sorted(tries, key=lambda t: (len(t.puts), t.takes, t.puts)):
                after = _fire(tokens, each)
                if after is None or after in seen or len(seen) >= MOST_MARKINGS:
                    continue
                if all(count <= MOST_TOKENS for _place, count in after):
                    seen.add(after)
                    queue.append((after, taken + len(each.takes), put + len(each.puts)))

    def _forced(self, state: _State, step: Move, label: str, before: str) -> _State:
        tokens = dict(state.marking)
        lacking = 0
        for place, count in Counter(step.takes).items():
            short = max(0, count - tokens.get(place, 0))
            lacking += short
            tokens[place] = tokens.get(place, 0) + short
        after = _fire(tokens, step)
        assert after is not None
        return _State(
            after,
            state.missing + lacking,
            state.consumed + len(step.takes),
            state.produced + len(step.puts),
            (*state.deviations, Deviation("early", label, before)),
            state.well,
        )

    def _end(self, state: _State, ended: bool) -> Replay:
        if not ended:
            return Replay(state.missing, 0, state.consumed, state.produced, state.deviations)
        best: tuple[int, int, Marking, int, int] | None = None
        for marking, taken, put in self._silently(state.marking):
            tokens = dict(marking)
            ends = tokens.pop(END, 0)
            absent = 0 if ends else 1
            # a case ends once: a second end is a token too many
            left = sum(tokens.values()) + max(0, ends - 1)
            if best is None or (absent + left, left) < best[:2]:
                best = (absent + left, left, marking, taken, put)
            if not (absent or left):
                break
        assert best is not None
        _score, left, marking, taken, put = best
        open_now = [place for place, _n in marking if place != END]
        notes = dict.fromkeys(Deviation("left", self.net.titles.get(place, "")) for place in open_now)
        absent = 0 if any(place == END for place, _n in marking) else 1
        # the end itself takes the token of the end
        return Replay(
            state.missing + absent,
            left,
            state.consumed + taken + 1,
            state.produced + put,
            (*state.deviations, *notes),
        )


def check_paths(net: Net, paths: Sequence[tuple[Sequence[str], int, bool]]) -> Conformance:
    """Replay every path: its labels, its number of cases, whether these have ended."""
    replayer = Replayer(net)
    replays = tuple(replayer.replay(path, ended=ended) for path, _cases, ended in paths)
    sums = [0, 0, 0, 0]
    deviations: Counter[Deviation] = Counter()
    fitting = 0
    for (_path, cases, _ended), replay in zip(paths, replays, strict=True):
        parts = (replay.missing, replay.remaining, replay.consumed, replay.produced)
        sums = [total + cases * part for total, part in zip(sums, parts, strict=True)]
        fitting += cases if replay.fits else 0
        for each in dict.fromkeys(replay.deviations):
            deviations[each] += cases
    used = {label for path, _cases, _ended in paths for label in path}
    return Conformance(
        fitness=_fitness(*sums) if paths else 1.0,
        cases=sum(cases for _path, cases, _ended in paths),
        fitting=fitting,
        deviations=tuple(
            sorted(deviations.items(), key=lambda item: (-item[1], item[0].kind, item[0].step, item[0].after))
        ),
        unused=tuple(label for label in net.labelled if label not in used),
        replays=replays,
    )


def _marking(tokens: Mapping[str, int]) -> Marking:
    return tuple(sorted((place, count) for place, count in tokens.items() if count))


def _fire(tokens: Mapping[str, int], step: Move) -> Marking | None:
    """The marking after the transition; None where a token lacks, or where a join still waits."""
    if step.waits and any(tokens.get(place) for place in step.waits):
        return None
    after = dict(tokens)
    for place in step.takes:
        if not after.get(place):
            return None
        after[place] -= 1
    if step.clears:
        after = {}
    for place in step.puts:
        after[place] = after.get(place, 0) + 1
    return _marking(after)


__all__ = ["Conformance", "Deviation", "Replay", "Replayer", "check_paths"]
