"""The steps of an appeal as each person takes them on the pages; a test strings them together."""

from __future__ import annotations

import re
from pathlib import Path

from PIL import Image
from playwright.sync_api import expect

from tests.doors.people import Browsing

VILLAGE = "马叫社区"
LAMP = {"kind": "求助", "category": "城乡建设", "topic": "路灯照明"}


def photo(folder: Path) -> Path:
    """A picture as a phone takes it, with where it was taken in its EXIF."""
    path = folder / "路灯.jpg"
    image = Image.new("RGB", (640, 480), "#223344")
    exif = image.getexif()
    exif[0x010F] = "王秀英的手机"
    image.save(path, exif=exif)
    return path


def report(villager: Browsing, subject: str, *, name: str = "王秀英", picture: Path | None = None) -> str:
    """The form, sent; gives the tracking code as the page shows it."""
    page = villager.page
    villager.go("/report/")
    write_report(villager, subject)
    if picture:
        page.get_by_label("照片").set_input_files(picture)
    page.get_by_text("还想多说一点").click()
    page.get_by_label("姓名").fill(name)
    villager.press("提交")
    villager.sees("收到了，马上有人看")
    code = page.locator(".code").inner_text()
    assert re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{3}", code), code
    return code


def write_report(villager: Browsing, subject: str) -> None:
    page = villager.page
    page.get_by_label("标题").fill(subject)
    page.get_by_label("诉求内容").fill(f"{VILLAGE}村口的路灯坏了三盏，晚上老人出门看不见，请来修。")
    page.get_by_label("发生地点").fill(f"{VILLAGE}牌坊旁边")
    page.get_by_label("所在村").select_option(label=VILLAGE)
    page.get_by_label("联系电话").fill("13872001234")


def follow(villager: Browsing, code: str) -> None:
    """From the front page by the code, as it was written down."""
    villager.go("/")
    villager.page.get_by_label("查询码").fill(code)
    villager.press("查进度")


def expect_holder(villager: Browsing, code: str, office: str, step: str) -> None:
    """What the villager's page says: who holds it, and which step it is at."""
    follow(villager, code)
    assert office in villager.answer_to("谁在办"), villager.answer_to("谁在办")
    assert step in villager.answer_to("到哪一步"), villager.answer_to("到哪一步")


def accept(agent: Browsing, code: str) -> None:
    agent.find_case(code)
    agent.choose("转派单", {"诉求类型": LAMP["kind"], "大类": LAMP["category"], "细类": LAMP["topic"]})
    agent.sees("已办")


def send(dispatcher: Browsing, code: str) -> None:
    """With the office and the basis that the directory suggests, untouched."""
    dispatcher.find_case(code)
    form = dispatcher.open_choice("派出")
    expect(form.get_by_label(re.compile("^主办单位")).locator("option:checked")).to_have_text("城管执法局")
    expect(form.get_by_label(re.compile("^派单依据"))).not_to_have_value("")
    expect(form).to_contain_text("建议")
    dispatcher.choose("派出")
    dispatcher.sees("已办")


def sign(officer: Browsing, code: str) -> None:
    officer.find_case(code)
    officer.choose("签收")
    officer.sees("已办")


def reply(officer: Browsing, code: str, words: str = "已更换灯头三只，当晚恢复照明。") -> None:
    officer.find_case(code)
    officer.choose("反馈", {"办理结果": "解决", "答复内容": words})
    officer.sees("已办")


def issue(leader: Browsing, code: str) -> None:
    leader.find_case(code)
    leader.choose("签发")
    leader.sees("已办")


def passed(reviewer: Browsing, code: str) -> None:
    reviewer.find_case(code)
    reviewer.choose("通过、转回访")
    reviewer.sees("已办")


def draw_call(caller: Browsing, subject: str) -> None:
    """Draw lists and finish their calls until the one with this subject comes up, and open it."""
    page = caller.page
    while True:
        caller.go("/desk/calls/")
        draw = page.get_by_role("button", name="抽一份清单")
        if draw.count():
            caller.press("抽一份清单")
        wanted = page.locator("a.bigdoor", has_text=subject)
        with page.expect_navigation():
            (wanted if wanted.count() else page.locator("a.bigdoor")).first.click()
        if page.locator("h1", has_text=subject).count():
            return
        content(caller)


def content(caller: Browsing) -> None:
    """The reporter says that all is well."""
    caller.choose("群众认可", {"办理单位联系过您吗": "是", "问题解决了吗": "已解决", "您满意吗": "满意"})
    caller.sees("这一个回访已记下")


def to_call_back(people: dict[str, Browsing], code: str) -> None:
    """From a fresh report to where it waits for its call-back, without looking left or right."""
    accept(people["limin"], code)
    send(people["chengang"], code)
    sign(people["zhouqiang"], code)
    reply(people["zhouqiang"], code)
    issue(people["qianwei"], code)
    passed(people["zhaolan"], code)
