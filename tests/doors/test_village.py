"""杨文昌湾: a villager proposes, the chair tells the shares, forms four groups and takes a pledge; everybody reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.doors.conftest import browsers
from tests.doors.people import Browsing, Site
from tests.doors.serving import served
from tests.doors.test_pages import examine

PHONE, DESK = 390, 1440


@pytest.fixture(scope="module")
def bay(chromium_path: Path) -> Iterator[Site]:
    with served("build_village", working=True) as made:
        yield made


@pytest.fixture
def look(bay: Site, chromium: Any) -> Iterator[Callable[..., Browsing]]:
    yield from browsers(bay, chromium)


def task(chair: Browsing, subject: str) -> None:
    chair.go("/desk/")
    with chair.page.expect_navigation():
        chair.page.get_by_role("link", name=subject).first.click()


def test_the_poultry_comes_to_shares_groups_and_pledges_that_everybody_reads(
    look: Callable[..., Browsing],
) -> None:
    chair, villager = look("chair", DESK), look("", PHONE)
    task(chair, "湾口建晒场")
    chair.choose("算出各户该出多少、贴出来")
    villager.go("/village/")
    villager.follow("共建项目")
    examine(villager, "village-projects")
    villager.follow("湾口建晒场")
    # 16000.05 among sixteen: five pay a cent more
    villager.sees("1,000.01", "合计正好16000.05元", "同意12")
    examine(villager, "village-project")

    task(chair, "散养家禽圈起来")
    chair.choose("分好组、开始轮", {"分几个管护组": "4", "一组管几天": "7", "要管什么": "喂食、扫圈、关门"})
    villager.go("/village/projects/")
    villager.follow("散养家禽圈起来")
    villager.sees("16个", "第 1 组", "第 4 组", "一组管 7 天", "以奖代补")

    today = date.today().isoformat()  # noqa: DTZ011
    task(chair, "鸡鸭圈养")
    chair.choose("签了", {"签的日期": today, "怎么签的": "纸质"})
    villager.go("/village/covenants/")
    villager.sees("村规民约", "还没有签过承诺书")
    examine(villager, "covenants")
