"""Every page of every door, on a phone and at a desk: usable by all, in one language, within the screen."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.doors.people import Browsing

MECHANISM = "/mechanisms/daye_minqing/"
#: a page by its address, or by what a person does to reach it
VILLAGER = (
    ("home", "/"),
    ("report", "/report/daye_minqing/appeal/"),
    ("track", "/t/"),
    ("powers", "/powers/"),
    ("draft-find", "/apply/draft/"),
    ("sign-in", "/accounts/login/"),
    ("not-found", "/nowhere/"),
    ("mechanisms", "/mechanisms/"),
    ("mechanism", MECHANISM),
    ("mechanism-appeal", f"{MECHANISM}cases/appeal/"),
    ("mechanism-tables", f"{MECHANISM}tables/"),
    ("mechanism-measures", f"{MECHANISM}measures/"),
    ("mechanism-scenarios", f"{MECHANISM}scenarios/"),
    ("mechanism-changes", f"{MECHANISM}changes/"),
)
STAFF = {
    "limin": (
        ("hotline-desk", "/desk/"),
        ("hotline-intake", "/desk/intake/daye_minqing/appeal/"),
        ("hotline-cases", "/desk/cases/"),
        ("hotline-nothing-found", "/desk/cases/?text=没有这几个字"),
        ("account", "/me/"),
        ("password", "/accounts/password/change/"),
        ("second-factor", "/accounts/2fa/"),
        ("second-factor-on", "/accounts/2fa/totp/activate/"),
        ("sign-out", "/accounts/logout/"),
    ),
    "chengang": (("dispatch-desk", "/desk/"),),
    "zhouqiang": (("office-desk", "/desk/"), ("office-cases", "/desk/cases/")),
    "qianwei": (("leader-desk", "/desk/"),),
    "zhaolan": (("review-desk", "/desk/"),),
    "sunyue": (("calls", "/desk/calls/"),),
    "fangyuan": (("arbiter-desk", "/desk/"),),
    "geyan": (("grid-desk", "/desk/"), ("grid-intake", "/desk/intake/")),
    "gaoyan": (("auditor", "/desk/cases/?state=all"),),
    "admin": (("admin-desk", "/desk/"),),
    "hanlei": (
        ("duty-desk", "/desk/"),
        ("board", "/command/"),
        ("board-wall", "/command/?wall=1"),
        ("board-tasks", "/command/tasks/?light=red"),
        ("board-measures", "/command/measures/daye_minqing/"),
        ("cases-ended", "/desk/cases/?state=ended"),
        ("projects", "/projects/"),
        ("land", "/land/"),
        ("powers-idle", "/powers/idle/"),
        ("year-changes", "/services/changes/"),
    ),
}
#: whose case pages look different
CASE_READERS = ("limin", "chengang", "zhouqiang", "qianwei", "zhaolan", "hanlei", "gaoyan")

#: Latin words that are names, units or code in Chinese pages too
KEPT_LATIN = re.compile(
    r"\b(English|daye_minqing|MQ\d+|BPMN|CSV|UTF-8|GB/T|[a-z_]+\.(csv|yaml|md)|Ctrl|TOTP|FEEL|DMN|P90|Keep|Changelog)\b"
)
HAN = re.compile(r"[\u4e00-\u9fff]+")


def examine(browsing: Browsing, name: str) -> None:
    """axe-core finds nothing, nothing sticks out, and there is a picture of it."""
    browsing.shoot(name)
    found = violations(browsing.page)
    assert not found, f"{name}: " + "\n".join(found)
    assert not overflow(browsing.page), f"{name}: {overflow(browsing.page)}"


def violations(page: Any) -> list[str]:
    """WCAG 2.x A and AA, each with the first nodes that break it."""
    options = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
    answer = Axe().run(page, options=options).response
    return [
        f"{found['id']} ({found['impact']}): {found['help']}: "
        + "; ".join(node["html"][:160] for node in found["nodes"][:4])
        for found in answer["violations"]
    ]


def overflow(page: Any) -> list[str]:
    """What sticks out to the right of the screen; empty when the page needs no sideways scrolling."""
    return list(
        page.evaluate(
            """() => document.documentElement.scrollWidth <= window.innerWidth ? [] :
            [...document.querySelectorAll('body *')].filter(node => node.getBoundingClientRect().right
              > window.innerWidth + 1).slice(0, 6).map(node => node.outerHTML.slice(0, 140))"""
        )
    )


@pytest.mark.parametrize(("name", "address"), VILLAGER, ids=[name for name, _address in VILLAGER])
def test_it_shows_every_public_page(
    browse: Callable[..., Browsing], width: int, name: str, address: str
) -> None:
    villager = browse("", width, expected=[r"status of 404"])
    villager.go(address)
    examine(villager, name)


@pytest.mark.parametrize("username", STAFF)
def test_it_shows_every_page_of_the_desk(browse: Callable[..., Browsing], width: int, username: str) -> None:
    person = browse(username, width)
    for name, address in STAFF[username]:
        person.go(address)
        examine(person, name)


@pytest.mark.parametrize("username", CASE_READERS)
def test_it_shows_the_page_of_a_case(browse: Callable[..., Browsing], width: int, username: str) -> None:
    person = browse(username, width)
    person.go("/desk/" if username != "gaoyan" else "/desk/cases/")
    title = person.page.locator("table a.title")
    if not title.count():
        person.go("/desk/cases/?state=all")
    person.follow(title.first.inner_text())
    person.page.locator("main details").evaluate_all("folded => folded.forEach(each => { each.open = true })")
    examine(person, f"case-{username}")
