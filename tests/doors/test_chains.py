"""A firm says at breakfast what is wrong; it is sent, done, and the firm itself says whether it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.doors import stories
from tests.doors.conftest import browsers
from tests.doors.people import Browsing, Site
from tests.doors.serving import served
from tests.doors.test_pages import examine

DESK, PHONE = 1440, 390
SUBJECT = "二期变压器装不上"


@pytest.fixture(scope="module")
def chain_site(chromium_path: Path) -> Iterator[Site]:
    with served("build_chains") as made:
        yield made


@pytest.fixture
def look(chain_site: Site, chromium: Any) -> Iterator[Callable[..., Browsing]]:
    yield from browsers(chain_site, chromium)


def test_the_firm_says_whether_what_it_said_at_breakfast_was_solved(look: Callable[..., Browsing]) -> None:
    firm, officer = look("", PHONE), look("zhouqiang", DESK)
    firm.go("/report/breakfast_meetings/issue/")
    said = {"哪一场早餐会": "新材料企业专场", "企业名称": "东钻刀具（虚构）", "哪一类": "用电"}
    said |= {"一句话说是什么事": SUBJECT, "说清楚": "等了三周没有人来看", "联系电话": "13872001234"}
    stories.write(firm, said)
    firm.page.get_by_text("还想多说一点").click()
    stories.write(firm, {"名录里的企业": "东钻刀具（虚构）"})
    firm.press("提交")
    code = stories.code_of(firm)
    officer.go("/desk/")
    officer.follow(SUBJECT)
    officer.choose("要办、看这一类最长几天")
    officer.choose("派出", {"谁来办": "城管执法局", "答应几个工作日办完": "3"})
    officer.sees("已办")
    # the chain's page shows it as open, in order for axe, on the desk
    officer.go("/reform/chains/L06/")
    officer.sees(SUBJECT, "还没有")
    examine(officer, "chain")
    officer.find_case(code)
    officer.choose("办好了、请企业评", {"怎么解决的": "变压器已经装好"})
    officer.sees("已办")
    stories.follow(firm, code)
    firm.sees("变压器已经装好")
    stories.own_step(firm, "解决了")
    stories.write(firm, {"打几分": "5"})
    firm.press("解决了")
    stories.follow(firm, code)
    firm.sees("企业说解决了")
    officer.go("/reform/chains/L06/")
    officer.sees("办结1件的100%")
