"""At the doorstep with a phone: sign a mandate by finger, hand in for the neighbour, be stopped; rate without scripts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from PIL import Image, ImageDraw
from playwright.sync_api import expect

from tests.doors import steps
from tests.doors.people import Browsing, fill
from tests.doors.test_pages import examine

#: a signature that is missing is refused once on purpose
REFUSED = [r"422 \(Unprocessable Entity\)"]


def ask(agent: Browsing, name: str, phone: str) -> None:
    """The first page: what, who, until when."""
    page = agent.page
    agent.go("/desk/mandates/new/")
    page.get_by_label("要新办的事：哪一类").select_option(label="群众诉求")
    page.get_by_label("委托人姓名").fill(name)
    page.get_by_label("委托人电话").fill(phone)
    page.get_by_text("当面查看了身份证件").click()
    if agent.javascript:  # axe is a script itself
        examine(agent, "mandate-new")
    agent.press("下一步：读一遍再签名")
    agent.sees(name, "不收一分钱", "到期自动作废")


def draw(agent: Browsing) -> None:
    """A finger on the canvas."""
    canvas = agent.page.locator("canvas.sign")
    canvas.scroll_into_view_if_needed()
    frame = canvas.bounding_box()
    assert frame
    mouse = agent.page.mouse
    mouse.move(frame["x"] + 30, frame["y"] + 120)
    mouse.down()
    for right, down in ((80, 40), (120, 150), (180, 60), (240, 140)):
        mouse.move(frame["x"] + right, frame["y"] + down, steps=8)
    mouse.up()


def test_a_mandate_is_signed_by_finger_used_and_revoked(browse: Callable[..., Browsing], width: int) -> None:
    agent = browse("geyan", width)
    agent.expected = REFUSED
    ask(agent, "王大娘", "13872005678")
    agent.press("他听明白了，已经签名")
    agent.sees("还没有签名", "王大娘")  # a blank box is no signature, and nothing was lost
    draw(agent)
    examine(agent, "mandate-sign")
    agent.press("他听明白了，已经签名")
    agent.sees("委托书签好了", "不收任何费用")
    agent.sees_not("王大娘")
    examine(agent, "mandate-paper")
    mandate = agent.page.locator("strong.code").inner_text()

    agent.go("/desk/mandates/")
    examine(agent, "mandates")
    agent.follow("凭委托办一件")
    agent.sees("委托人", "不再问")
    fill(agent.page.locator("main"), "标题", "井边路灯不亮")
    fill(agent.page.locator("main"), "诉求内容", f"{steps.VILLAGE}井边的路灯不亮，晚上看不见路。")
    fill(agent.page.locator("main"), "发生地点", f"{steps.VILLAGE}井边")
    agent.page.get_by_label("所在村").select_option(label=steps.VILLAGE)
    examine(agent, "counter-take")
    agent.press("存下并打回执")
    agent.sees("收件回执", "受委托，不收费")
    examine(agent, "counter-receipt")
    code = agent.page.locator("strong.code").inner_text()
    agent.follow("打开这件事")
    agent.sees("您凭委托书办理", "受委托")

    villager = browse("", width)
    steps.follow(villager, code)
    villager.follow("谁可以替我办、撤销委托")
    villager.sees("葛燕", "现在可以替您办")
    examine(villager, "agents")
    villager.press("撤销，不让他办了")
    villager.sees("马上")
    villager.go(f"/mandates/{mandate}/")
    villager.sees("已撤销")


def test_a_mandate_on_paper_needs_no_scripts(browse: Callable[..., Browsing], tmp_path: Path) -> None:
    photo = tmp_path / "委托书.jpg"
    paper = Image.new("RGB", (900, 1200), "white")
    ImageDraw.Draw(paper).line([(100, 900), (300, 800), (500, 950)], fill="black", width=8)
    paper.save(photo)
    agent = browse("geyan", 390, javascript=False)
    ask(agent, "李大爷", "13872005679")
    agent.page.get_by_text("在纸上签，拍照上传", exact=True).click()
    agent.page.get_by_label("签好的委托书照片").set_input_files(photo)
    agent.press("他听明白了，已经签名")
    agent.sees("委托书签好了", "纸上签名")


def test_a_villager_rates_without_scripts(browse: Callable[..., Browsing], width: int) -> None:
    villager = browse("", width, javascript=False)
    subject = f"巷口积水要清一清{uuid4().hex[:6]}"
    code = steps.report(villager, subject)
    agent = browse("limin", width)
    agent.find_case(code)
    form = agent.open_choice("当场答复")
    labels = form.locator("fieldset legend, .field label").all_inner_texts()
    assert labels
    values = {"诉求类型": "咨询", "大类": steps.LAMP["category"], "细类": steps.LAMP["topic"]}
    for label, value in values.items():
        if any(each.strip().startswith(label) for each in labels):
            fill(form, label, value)
    fill(form, "答复", "明天上午去清。")
    agent.press("当场答复")
    caller = browse("sunyue", width)
    steps.draw_call(caller, subject)
    steps.content(caller)

    villager.go(f"/t/{code}/rate/form/?from=qr")
    villager.shoot("rate")
    fill(villager.page.locator("main"), "满意吗", "不满意")
    fill(villager.page.locator("main"), "您评的主要是哪些方面", ["办事效率"])
    villager.press("提交评价")
    villager.sees("谢谢您的评价")
    villager.go(f"/t/{code}/rate/form/")
    villager.sees("已经评过了")
    agent.go(f"/t/{code}/rate/form/")
    agent.sees("这里不能评")
    villager.go("/ratings/")
    villager.sees("不满意", "覆盖率", "分不出先后")
    villager.shoot("ratings")
    agent.go("/ratings/")
    examine(agent, "ratings-staff")
    agent.go("/desk/counter/")
    expect(agent.page.get_by_role("heading", name="窗口办件")).to_be_visible()
    examine(agent, "counter")
