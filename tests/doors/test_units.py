"""A village votes, the town checks, the county files; then the units stand on the page, and the sum is right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from gongzhi.engine.instants import SHANGHAI
from tests.doors.build_units import VILLAGES
from tests.doors.conftest import browsers
from tests.doors.people import Browsing, Site
from tests.doors.serving import served
from tests.doors.test_pages import examine


@pytest.fixture(scope="module")
def villages(chromium_path: Path) -> Iterator[Site]:
    with served("build_units", working=True) as made:
        yield made


@pytest.fixture
def look(villages: Site, chromium: Any) -> Iterator[Callable[..., Browsing]]:
    yield from browsers(villages, chromium)


def test_a_unit_is_split_by_vote_and_the_page_shows_the_sum(
    look: Callable[..., Browsing], width: int
) -> None:
    code, name = VILLAGES[width]
    today = datetime.now(SHANGHAI).date().isoformat()

    def at_work(user: str, choice: str, values: dict[str, Any]) -> Browsing:
        clerk = look(user, width)
        clerk.go("/desk/")
        # each width has its own village; the desks of town and county hold both in turn
        clerk.page.locator("table a.title").first.click()
        clerk.choose(choice, values)
        return clerk

    votes = {"开会日期": today, "应到": "318", "到会": "250", "同意": "240", "反对": "5", "弃权": "5"}
    at_work(f"cun{width}", "通过", votes)
    at_work("jinhu", "同意", {"镇": "同意，上报备案"})
    at_work("shgz", "备案、生效", {"生效日期": today})
    public = look("", width)
    for _try in range(20):
        public.go(f"/units/in/{code}/")
        if "湾里" in public.page.locator("main").inner_text():
            break
        public.page.wait_for_timeout(500)
    public.sees(name, "318户 = 120 + 198", "✓ 对得上", "湾里", "塘边", "缺")
    examine(public, "units-of-a-village")
    public.follow("湾里")
    public.sees("户代表会议：应到318，到会250，同意240，反对5", "缺位")
    public.sees_not("依三个湾")
    examine(public, "unit")
    public.go("/units/")
    expect(public.page.locator("main")).to_contain_text("✓ 对得上")
    examine(public, "units")
