"""Two people at one task, a double click, a repeated request: one of them happens, the other is told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial

import pytest

from tests.faults.town import Answer, Town

pytestmark = pytest.mark.faults


def together(calls: Sequence[Callable[[], Answer]]) -> list[Answer]:
    """Make all calls at the same moment; gives the answers in order."""
    start = threading.Barrier(len(calls))
    answers: list[Answer] = [(0, None)] * len(calls)

    def run(place: int, call: Callable[[], Answer]) -> None:
        start.wait()
        answers[place] = call()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_it_lets_one_of_two_officers_sign(town: Town) -> None:
    for _ in range(6):
        case, seen = town.dispatched()
        officers = ("officer", "officer2")
        answers = together([partial(town.choose, who, case, "sign", "accept", seen=seen) for who in officers])
        assert sorted(status for status, _said in answers) == [200, 409]
        refused = next(said for status, said in answers if status == 409)
        assert refused["sentence"]
        assert refused["remedy"]
        _status, history = town.ask("duty_officer", "GET", f"/cases/{case}/history")
        assert sum(each["kind"] == "chosen" for each in history["items"]) == 3
    town.healthy()


def test_it_does_a_double_click_once(town: Town) -> None:
    case, seen = town.dispatched()
    click = partial(town.choose, "officer", case, "sign", "accept", key="one click", seen=seen)
    answers = together([click] * 4)
    assert [status for status, _said in answers] == [200] * 4
    assert len({said["length"] for _status, said in answers}) == 1
    opened = together([partial(town.report, key="one report")] * 4)
    assert [status for status, _said in opened] == [201] * 4
    assert len({said["case"] for _status, said in opened}) == 1
    assert town.no_gap() == 2
    town.healthy()
