"""The little city of the cases room with its mechanism installed, and a browser without a screen for each person.

Imports inside the fixtures, because Django is not set up when this is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest


@pytest.fixture
def cast(db: None) -> Iterator[Any]:
    from gongzhi.city.cases import numbering, world
    from gongzhi.city.cases.tests.cast import build_city
    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.mechanisms.actions import install
    from gongzhi.city.web import choices
    from gongzhi.city.web.tests.folder import installable

    for forget in (world.forget, numbering.forget, choices.forget):
        forget()
    people = build_city()
    install(installable(), by=SYSTEM)
    yield people
    for forget in (world.forget, numbering.forget, choices.forget):
        forget()


@pytest.fixture
def browser(cast: Any) -> Callable[..., Any]:
    """``browser("li")`` is 李敏 signed in; ``browser()`` is a villager."""
    from django.test import Client

    from gongzhi.city.people.models import User

    def make(name: str = "", **more: Any) -> Client:
        client = Client(**more)
        if name:
            user = User.objects.get(username=name)
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return make


@pytest.fixture
def case(cast: Any) -> str:
    """A report of 王秀英, dispatched to 周强's office."""
    from gongzhi.city.cases.tests.cast import dispatched, reported

    receipt = reported(cast)
    dispatched(cast, receipt.case)
    return str(receipt.case)
