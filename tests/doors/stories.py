"""What the people of the stories do on the pages, as they would say it; a test strings them together."""

from __future__ import annotations

import re
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw
from playwright.sync_api import expect

from gongzhi.engine.instants import SHANGHAI
from tests.doors.people import PATIENCE, Browsing, fill
from tests.doors.test_pages import examine

PHONE, DESK = 390, 1440
#: a form that is sent with a mistake on purpose answers with this
REFUSED = [r"422 \(Unprocessable Entity\)"]


def look(person: Browsing, name: str) -> None:
    """axe, overflow and a picture; without scripts (axe is one) only the picture."""
    if person.javascript:
        examine(person, name)
    else:
        person.shoot(f"{name}-plain")


def find(resident: Browsing, words: str) -> None:
    """From the front page into the catalogue, in one's own words."""
    resident.go("/services/")
    resident.page.get_by_label("办什么事").fill(words)
    resident.press("找一找")


def write(person: Browsing, values: dict[str, Any]) -> None:
    """Fill in what a page asks, control by control."""
    form = person.page.locator("main")
    for label, value in values.items():
        fill(form, label, value)


def handed_in(resident: Browsing, button: str = "提交申请") -> str:
    """Send the form; gives the tracking code as the page shows it."""
    resident.press(button)
    resident.sees("收到了，马上有人看")
    return code_of(resident)


def code_of(person: Browsing) -> str:
    code = person.page.locator(".code").first.inner_text()
    assert re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{3}", code), code
    return code


def follow(resident: Browsing, code: str) -> None:
    resident.go(f"/t/{code}/")


def pick(clerk: Browsing, number: str) -> None:
    """From the desk into the case with this number."""
    clerk.go("/desk/")
    row = clerk.page.locator("table tr", has=clerk.page.get_by_text(number, exact=True))
    with clerk.page.expect_navigation():
        row.locator("a.title").click()


def do(clerk: Browsing, number: str, choice: str, values: dict[str, Any] | None = None) -> None:
    """Pick the case from what waits at the desk, take the choice, see that it was taken."""
    pick(clerk, number)
    clerk.choose(choice, values)
    clerk.sees("已办")


def take(clerk: Browsing, choice: str) -> None:
    """Send the form of a choice as it stands."""
    with clerk.page.expect_navigation():
        clerk.open_choice(choice).get_by_role("button", name=choice, exact=True).click()


def part(person: Browsing, title: str) -> Any:
    """One line of the parts that a bundle is made of."""
    return person.page.locator("ul.bundle li", has=person.page.get_by_text(title, exact=True))


def called(clerk: Browsing, title: str) -> str:
    """The number of a child case, once its step has called it; the page of the bundle is loaded anew."""
    line = part(clerk, title)
    last = time.monotonic() + PATIENCE / 1000
    clerk.page.reload()
    while not line.locator("strong a").count():
        assert time.monotonic() < last, line.inner_text()
        clerk.page.reload()
    return str(line.locator(".muted.small").first.inner_text())


def offered(clerk: Browsing, choice: str) -> None:
    """Load the page again until the choice is there: what was waited for has come back."""
    found = clerk.page.locator("main details summary", has_text=choice)
    last = time.monotonic() + PATIENCE / 1000
    while not found.count():
        assert time.monotonic() < last, clerk.page.locator("main").inner_text()
        clerk.page.reload()


def number_of(clerk: Browsing) -> str:
    """The number of the case whose page is open."""
    return str(clerk.page.locator("main .head .muted.small").inner_text()).split("·")[1].strip()


def comes_to(clerk: Browsing, number: str) -> None:
    """Look at the desk until the case with this number waits there, and open it."""
    clerk.go("/desk/")
    until(clerk, number)
    pick(clerk, number)


def today() -> str:
    """The day where the city is."""
    return datetime.now(SHANGHAI).date().isoformat()


def own_step(resident: Browsing, choice: str) -> None:
    """From the tracking page to the form of the step that waits for the applicant."""
    with resident.page.expect_navigation():
        resident.page.get_by_role("link", name=choice, exact=True).click()


def clock(clerk: Browsing, title: str) -> str:
    """What a clock on the case page says."""
    found = clerk.page.locator(".clock", has=clerk.page.get_by_text(title, exact=True))
    return str(found.inner_text())


def picture(folder: Path, name: str = "房产证") -> Path:
    """A page as a phone photographs it."""
    path = folder / f"{name}.jpg"
    sheet = Image.new("RGB", (600, 800), "white")
    ImageDraw.Draw(sheet).line([(60, 100), (540, 120), (60, 300), (500, 700)], fill="black", width=6)
    sheet.save(path)
    return path


def draw(person: Browsing, canvas: str = "canvas.sign") -> None:
    """A finger on the box of the signature."""
    box = person.page.locator(canvas)
    box.scroll_into_view_if_needed()
    frame = box.bounding_box()
    assert frame
    mouse = person.page.mouse
    mouse.move(frame["x"] + 30, frame["y"] + 120)
    mouse.down()
    for right, down in ((80, 40), (120, 150), (180, 60), (240, 140)):
        mouse.move(frame["x"] + right, frame["y"] + down, steps=8)
    mouse.up()


def until(person: Browsing, *texts: str) -> None:
    """Load the page again until all of it is there: papers and called cases follow a fact within a second or two."""
    last = time.monotonic() + PATIENCE / 1000
    while any(text not in person.page.locator("main").inner_text() for text in texts):
        assert time.monotonic() < last, f"never came: {texts}\n{person.page.locator('main').inner_text()}"
        person.page.reload()


def download(person: Browsing, link: Any, folder: Path) -> Path:
    """The file behind a link, as the browser gets it."""
    answer = person.context.request.get(link.get_attribute("href"))
    assert answer.ok, answer.status
    path = folder / "paper.pdf"
    path.write_bytes(answer.body())
    return path


def ended(person: Browsing, words: str) -> None:
    expect(person.page.locator("dl.answers")).to_contain_text(words)
