"""The city of the mechanisms room, with the people of its reform office."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from gongzhi.city.mechanisms.tests.conftest import cast, fresh, monday

__all__ = ["cast", "fresh", "monday"]


@dataclass(frozen=True)
class Reform:
    """林晓 hands packages in, 江涛 leads the office and installs, 管理员 looks after the machine."""

    linxiao: Any
    jiangtao: Any
    admin: Any


@pytest.fixture
def reform(cast: Any) -> Reform:
    from gongzhi.city.people.models import User
    from gongzhi.city.territory.models import Office, Post
    from gongzhi.city.territory.queries import standing

    def post(login: str, name: str, role: str) -> Any:
        user = User.objects.create(username=login, name=name)
        return standing(Post.objects.create(user=user, role=role, office=Office.objects.get(code="gov")))

    return Reform(
        linxiao=post("linxiao", "林晓", "reform_officer"),
        jiangtao=post("jiangtao", "江涛", "reform_chief"),
        admin=post("admin", "管理员", "admin"),
    )
