"""The duty officer looks at what is supervised, who is inspected when, and the bulletin that nobody had to write."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.doors.conftest import browsers
from tests.doors.people import Browsing, Site
from tests.doors.serving import served
from tests.doors.test_pages import examine

DUTY = "hanlei"


@pytest.fixture(scope="module")
def watched_site(chromium_path: Path) -> Iterator[Site]:
    with served("build_oversight") as made:
        yield made


@pytest.fixture
def look(watched_site: Site, chromium: Any) -> Iterator[Callable[..., Browsing]]:
    yield from browsers(watched_site, chromium)


def test_it_opens_every_figure_to_its_rows(look: Callable[..., Browsing], width: int) -> None:
    """Board, calendar, bulletin: each in order for axe, nothing sticks out, and a row leads to its case."""
    duty = look(DUTY, width)
    duty.page.goto("/supervision/")
    expect(duty.page.get_by_text("河道垃圾没有清")).to_be_visible()
    examine(duty, f"supervision-{width}")
    duty.page.goto("/inspections/")
    expect(duty.page.get_by_role("status")).to_contain_text("能合并的请合并")
    examine(duty, f"inspections-{width}")
    duty.page.goto("/bulletins/")
    duty.page.get_by_role("link", name="一周一通报").first.click()
    expect(duty.page.locator("article.paper").first).to_contain_text("以上各数由系统照登记计算")
    examine(duty, f"bulletin-{width}")
