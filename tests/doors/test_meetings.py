"""A household votes from its slip, another one on paper; two count, and the voter finds the own ballot."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.doors.build_meetings import BALLOTS
from tests.doors.conftest import browsers
from tests.doors.people import Browsing, Site
from tests.doors.serving import served
from tests.doors.test_pages import examine


@pytest.fixture(scope="module")
def hamlet(chromium_path: Path) -> Iterator[Site]:
    with served("build_meetings") as made:
        yield made


@pytest.fixture
def look(hamlet: Site, chromium: Any) -> Iterator[Callable[..., Browsing]]:
    yield from browsers(hamlet, chromium)


def test_phone_and_paper_count_together_and_anybody_recounts(
    look: Callable[..., Browsing], width: int
) -> None:
    subject, code = BALLOTS[width]
    voter = look("", width)
    voter.go("/village/meetings/")
    voter.page.get_by_label("投票条上的号").fill(code.lower())
    voter.press("去投票")
    voter.sees("一户一票")
    voter.follow("去投票")
    examine(voter, "meeting-ballot")
    voter.page.get_by_text("同意", exact=True).click()
    voter.press("投出这一票")
    voter.sees("投好了")
    receipt = voter.page.locator(".receipt .code").inner_text()
    assert re.fullmatch(r"\d{4}-\d{4}-\d{4}", receipt)

    chair, watch = look("chair", width), look("watch", width)
    chair.go("/village/meetings/")
    chair.page.get_by_role("link", name=re.compile("户主会")).first.click()
    if subject not in chair.page.locator("main").inner_text():
        chair.page.get_by_role("link", name="回到会议首页").click()
        chair.page.get_by_role("link", name=re.compile("户主会")).nth(1).click()
    row = chair.page.locator("#roll tr", has_text="H2")
    row.get_by_role("button", name="发纸质票").click()
    examine(chair, "meeting")
    watch.go(re.sub(r"^https?://[^/]+", "", chair.page.url).split("#")[0])
    for who in (chair, watch):
        card = who.page.locator("section.topic", has_text=subject)
        if who is chair:
            who.page.reload()
        for label, number in {"同意": "0", "反对": "1", "弃权": "0", "废票": "0"}.items():
            card.get_by_label(label, exact=True).fill(number)
        card.get_by_role("button", name="录入我数的").click()
    chair.page.reload()
    chair.page.locator("section.topic", has_text=subject).get_by_role("button", name="停止表决、计票").click()
    chair.page.get_by_role("link", name="公布的结果").click()
    result = re.sub(r"^https?://[^/]+", "", chair.page.url)

    voter.go(result)
    voter.sees("同意3票，反对2票")
    voter.sees("和公布的一致")
    voter.page.get_by_label("我的回执号").fill(receipt)
    voter.press("查我这一票")
    voter.sees("算进去了")
    examine(voter, "meeting-result")
    voter.go("/village/meetings/")
    voter.sees(subject)
    examine(voter, "meetings")
