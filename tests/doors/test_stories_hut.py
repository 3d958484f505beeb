"""A residence proof in the hut: identity read, written, checked, sealed, in her hand, and found to be genuine by anybody."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.doors import stories
from tests.doors.people import Browsing
from tests.doors.stories import DESK, PHONE

HUT = "尹家湖社区"
LIMIT = 180.0


def at_the_window(clerk: Browsing) -> str:
    """The form with the identity read; gives the number of the case."""
    clerk.go("/desk/counter/?q=居住证明")
    clerk.page.get_by_role("link", name="居住证明 居住证明三分钟办结").click()
    stories.write(clerk, {"居住地的社区": HUT, "用在哪里": "子女入学", "联系电话": "13872003456"})
    stories.write(clerk, {"核对身份": "人证相符", "怎样核的身份": "读身份证"})
    stories.write(clerk, {"姓名": "陈煜香", "身份证号": "11010519491231002X"})
    stories.look(clerk, "hut-take")
    clerk.press("存下并打回执")
    clerk.sees("收件回执")
    stories.look(clerk, "hut-receipt")
    code = stories.code_of(clerk)
    clerk.follow("打开这件事")
    return code


def test_she_holds_the_sealed_proof_within_three_minutes(
    walk: Callable[..., Browsing], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clerk, resident, stranger = walk("zhumin", DESK), walk("", PHONE), walk("", PHONE)
    began = time.monotonic()
    code = at_the_window(clerk)
    where = {"居住地址": "尹家湖社区三栋二单元", "从哪天起居住": "2020-03-01", "凭什么认定": "户籍在本地"}
    clerk.choose("本人看过、没有错", where)
    clerk.choose("系统里查得到、住在这里")
    clerk.choose("盖电子印章")
    stories.until(clerk, "已盖章")
    stories.look(clerk, "hut-sealed")
    stories.follow(resident, code)
    resident.sees("给您的文书", "已盖电子印章")
    link = resident.page.locator("ul.papers a").first
    paper = stories.download(resident, link, tmp_path)
    took = time.monotonic() - began
    with capsys.disabled():
        print(f"\n居住证明：从读身份证到拿到盖章的PDF，浏览器里用了 {took:.1f} 秒")
    assert took < LIMIT
    stories.look(resident, "hut-tracking")

    verify(stranger, paper, "内容没有改动，现在有效")
    stories.look(stranger, "hut-valid")
    stranger.sees("陈**", HUT)
    stranger.sees_not("陈煜香", "11010519491231002X")
    changed = tmp_path / "changed.pdf"
    data = bytearray(paper.read_bytes())
    data[len(data) // 3] ^= 1
    changed.write_bytes(data)
    verify(stranger, changed, "被改动")
    stories.look(stranger, "hut-changed")
    clerk.choose("已交本人", {"怎样领的": "电子件发手机"})
    stories.ended(clerk, "已出证")


def verify(stranger: Browsing, paper: Path, verdict: str) -> None:
    stranger.go("/verify/")
    stranger.page.get_by_label("PDF文件").set_input_files(paper)
    stranger.press("核验文件")
    stranger.sees(verdict)
