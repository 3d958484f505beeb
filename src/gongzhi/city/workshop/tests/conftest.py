"""Two who write mechanisms, one who releases them, and the mini mechanism installed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    from gongzhi.city.cases import numbering, world
    from gongzhi.city.mechanisms import library
    from gongzhi.city.workshop import trying

    def forget() -> None:
        world.forget()
        numbering.forget()
        library.LIBRARY.clear()
        trying.forget()

    forget()
    yield
    forget()


@pytest.fixture
def cast(db: None) -> Any:
    from gongzhi.city.cases.tests.cast import build_city
    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.mechanisms.actions import install
    from gongzhi.city.web.tests.folder import installable

    people = build_city()
    install(installable(), by=SYSTEM)
    return people


@pytest.fixture
def writers(cast: Any) -> dict[str, Any]:
    """lin and zhou write, jiang releases: name -> standing."""
    from gongzhi.city.people.models import User
    from gongzhi.city.territory.models import Office, Post
    from gongzhi.city.territory.queries import standing

    made = {}
    for key, name, role in (
        ("lin", "林晓", "reform_officer"),
        ("lan", "周岚", "reform_officer"),
        ("jiang", "江涛", "reform_chief"),
        ("root", "管理员", "admin"),
    ):
        user = User.objects.create(username=key, name=name)
        post = Post.objects.create(user=user, role=role, office=Office.objects.get(code="gov"))
        made[key] = standing(post)
    return made
