"""The little city of the cases room with its mechanism installed, and a few weeks that it really lived through."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest


@pytest.fixture
def cast(db: None) -> Iterator[Any]:
    from gongzhi.city.cases import numbering, world
    from gongzhi.city.cases.tests.cast import build_city
    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.mechanisms import library
    from gongzhi.city.mechanisms.actions import install
    from gongzhi.city.web import choices
    from gongzhi.city.web.tests.folder import installable

    def forget() -> None:
        for each in (world.forget, numbering.forget, library.LIBRARY.clear, choices.forget):
            each()

    forget()
    people = build_city()
    install(installable(), by=SYSTEM)
    yield people
    forget()


def live(cast: Any, cases: int = 12) -> datetime:
    """So many appeals from a Monday on, three a working day, each step half an hour after the other; the end."""
    from gongzhi.city.cases import actions
    from gongzhi.city.cases.tests.cast import MONDAY, reported
    from gongzhi.city.kernel import clock

    at = MONDAY
    for number in range(cases):
        day, hour = divmod(number, 3)
        at = MONDAY + timedelta(days=day + 2 * (day // 5), hours=2 * hour)
        with clock.frozen(at):
            case = reported(cast).case
        doings = [
            ("register", "dispatch", {"category": "市政设施"}, cast.li),
            ("dispatch", "send", {"lead": "cgj"}, cast.chen),
            ("handle", "reply", {"result": "解决", "reply": "灯已修好"}, cast.zhou),
            ("review", "redo" if number % 4 == 0 else "pass", {}, cast.zhao),
        ]
        if number % 4 == 0:
            doings += [doings[2], ("review", "pass", {}, cast.zhao)]
        doings.append(("callback", "satisfied", {"solved": True}, cast.sun))
        for place, (step, choice, values, by) in enumerate(doings):
            at += timedelta(minutes=10 + 2 * (number % 5) + place)
            with clock.frozen(at):
                actions.choose(case, step, choice, values, by=by)
    return at


@pytest.fixture
def lived(cast: Any) -> Iterator[Any]:
    """The cast after a week of twelve appeals; the clock stands there."""
    from gongzhi.city.kernel import clock

    with clock.frozen(live(cast)):
        yield cast


@pytest.fixture
def browser(cast: Any) -> Callable[[str], Any]:
    """``browser("qian")`` is 钱局 signed in."""
    from django.test import Client

    from gongzhi.city.people.models import User

    def make(name: str) -> Any:
        client = Client()
        client.force_login(
            User.objects.get(username=name), backend="django.contrib.auth.backends.ModelBackend"
        )
        return client

    return make
