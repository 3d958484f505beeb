"""Plays examples of what is no case, by the engine alone: kind of example -> its player."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from gongzhi.engine import watches
from gongzhi.engine.benefits import compile_programme
from gongzhi.engine.benefits.errors import ProgrammeWrong
from gongzhi.engine.benefits.examples import BenefitScenarioSpec, Difference, Player
from gongzhi.engine.mechanisms.mechanism import Example, Mechanism
from gongzhi.engine.registers.reading import read_plainly, reader_of
from gongzhi.engine.watches.spec import WatchScenarioSpec

Play = Callable[[Example, Mechanism], Sequence[Difference]]


def play_programme(example: Example, mechanism: Mechanism) -> Sequence[Difference]:
    """Everything that came out differently in an example of a programme."""
    assert isinstance(example.spec, BenefitScenarioSpec)
    spec = mechanism.programmes.get(example.spec.programme)
    if spec is None:
        raise ProgrammeWrong(programme=example.spec.programme, why="机制里没有这个待遇项目")
    readers = {id_: reader_of(register) for id_, register in mechanism.registers.items()}

    def read(register: str, row: Mapping[str, Any]) -> dict[str, Any]:
        found = readers[register](row) if register in readers else read_plainly(row)
        state = {"state": row["state"]} if "state" in row else {}
        return {name: _exact(value) for name, value in found.items()} | state

    programme = compile_programme(spec, mechanism.tables, mechanism.id)
    return Player(spec=example.spec, programme=programme, read=read).play()


def _exact(value: Any) -> Any:
    return Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else value


def play_watch(example: Example, mechanism: Mechanism) -> Sequence[Difference]:
    """Everything that came out differently in an example of a watch."""
    asked = example.spec
    assert isinstance(asked, WatchScenarioSpec)
    spec = mechanism.watches.get(asked.watch)
    if spec is None:
        return [Difference(line=0, what="watch", expected="机制里的预警规则", actual=asked.watch)]
    readers = {
        id_: reader_of(mechanism.registers[id_]) if id_ in mechanism.registers else read_plainly
        for id_ in asked.world.records
    }
    feed = mechanism.feeds.get(spec.feed)
    seen = watches.play(spec, asked, readers, step=watches.slack_us(feed.step) if feed else 0)
    return [
        Difference(line=0, what=what, expected=expected, actual=actual)
        for what, expected, actual in watches.differences(asked, seen)
    ]


PLAYERS: Mapping[str, Play] = {"programme": play_programme, "watch": play_watch}

__all__ = ["PLAYERS", "play_programme", "play_watch"]
