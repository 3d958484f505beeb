"""How a person uses the pages: what they can see, click and type; never an id of a row."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Response, expect

#: 大字版 and 3 a.m. need the same patience as a laptop with two busy cores
PATIENCE = 40_000
expect.set_options(timeout=PATIENCE)
HEIGHTS = {390: 844, 1440: 900}


@dataclass(frozen=True, slots=True)
class Site:
    """The running city."""

    address: str
    #: folder of its database and files, where this session built it
    home: str = ""


@dataclass
class Browsing:
    """One person at one browser of a certain width."""

    site: Site
    chromium: Any
    width: int
    javascript: bool = True
    complaints: list[str] = field(default_factory=list)
    #: complaints that this test provokes on purpose, as patterns
    expected: list[str] = field(default_factory=list)
    context: Any = None
    page: Page = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        self.context = self.chromium.new_context(
            base_url=self.site.address,
            viewport={"width": self.width, "height": HEIGHTS.get(self.width, 900)},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            java_script_enabled=self.javascript,
            has_touch=self.width < 500,
            accept_downloads=True,
        )
        self.context.set_default_timeout(PATIENCE)
        self.page = self.context.new_page()
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self._complain(f"script error: {error}"))
        self.page.on("response", self._answered)

    def _heard(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self._complain(f"console {message.type}: {message.text} at {message.location.get('url')}")

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            self._complain(f"{response.status} of {response.url}")

    def _complain(self, text: str) -> None:
        if not any(re.search(pattern, text) for pattern in self.expected):
            self.complaints.append(f"{self.page.url}: {text}")

    def close(self) -> None:
        self.context.close()

    # --- what a person does

    def sign_in(self, username: str) -> None:
        from gongzhi.city.demo.cast import PASSWORD  # needs no Django

        self.go("/accounts/login/?next=/desk/")
        self.page.get_by_label("用户名").fill(username)
        self.page.get_by_label("密码").fill(PASSWORD)
        self.press("登录")
        assert "/accounts/" not in self.page.url, self.page.locator("main").inner_text()

    def go(self, path: str) -> None:
        self.page.goto(path)

    def press(self, name: str, *, exact: bool = True) -> None:
        """Press the button with this name and wait until the page that it leads to is there."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=exact).click()

    def follow(self, name: str) -> None:
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=name).first.click()

    def find_case(self, number: str) -> None:
        """Look the case up as a clerk does: in the list of all matters, by its number or code."""
        self.go("/desk/cases/")
        self.page.get_by_label("找", exact=True).fill(number)
        self.page.get_by_label("状态").select_option("all")
        self.press("查")
        with self.page.expect_navigation():
            self.page.locator("table a.title").first.click()

    def choose(self, choice: str, values: dict[str, Any] | None = None) -> None:
        """Open the form of a choice, fill in what it asks, and send it."""
        form = self.open_choice(choice)
        for label, value in (values or {}).items():
            fill(form, label, value)
        with self.page.expect_navigation():
            form.get_by_role("button", name=choice, exact=True).click()

    def open_choice(self, choice: str) -> Any:
        found = self.page.locator("main details", has=self.page.locator("summary", has_text=choice)).first
        if found.get_attribute("open") is None:
            found.locator("summary").first.click()
        return found

    def say(self, action: str, words: str) -> None:
        """One of the common actions: a line of text under its own heading."""
        found = self.page.locator(
            "main details", has=self.page.get_by_text(action, exact=True).locator("xpath=self::summary")
        )
        found.locator("summary").click()
        found.locator("textarea").fill(words)
        with self.page.expect_navigation():
            found.get_by_role("button").click()

    # --- what a person sees

    def sees(self, *texts: str) -> None:
        for text in texts:
            expect(self.page.locator("main")).to_contain_text(text)

    def sees_not(self, *texts: str) -> None:
        for text in texts:
            expect(self.page.locator("main")).not_to_contain_text(text)

    def answer_to(self, question: str) -> str:
        """The answer beside one of the three questions at the top of a page."""
        found = self.page.locator("dl.answers > div", has=self.page.locator("dt", has_text=question))
        return found.locator("dd").inner_text()

    def shoot(self, name: str) -> None:
        """A picture of the whole page, where GONGZHI_SHOTS names a folder."""
        folder = os.environ.get("GONGZHI_SHOTS")
        if folder:
            path = Path(folder)
            path.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=path / f"{name}-{self.width}.png", full_page=True)


def fill(form: Any, label: str, value: Any) -> None:
    """Put a value into the control with this label, whatever kind of control it is."""
    group = form.locator("fieldset", has=form.page.locator("legend", has_text=re.compile(rf"^\s*{label}")))
    if group.count():
        group.first.locator("details").evaluate_all("folded => folded.forEach(each => { each.open = true })")
        for each in value if isinstance(value, list) else [value]:
            group.first.get_by_text(each, exact=True).click()
        return
    control = form.get_by_label(re.compile(rf"^{label}")).first
    if control.evaluate("node => node.tagName") == "SELECT":
        control.select_option(label=value)
    else:
        control.fill(value)
