"""Two people at two browsers with cameras: call, queue, answer, moving pictures, a pushed form, a signature, the result;
and a line that breaks in the middle."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.doors.conftest import SWITCHES
from tests.doors.people import Browsing, Site
from tests.doors.serving import served
from tests.doors.test_pages import examine

#: Chromium's own moving test picture instead of a camera, and no question about it
CAMERAS = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
#: two browsers on one machine name each other by addresses of loopback
SAME_MACHINE = ["--disable-features=WebRtcHideLocalIpsWithMdns", "--allow-loopback-in-peer-connection"]

FRAMES = """async (id) => {
  const video = document.getElementById(id);
  const seen = () => video.getVideoPlaybackQuality().totalVideoFrames;
  const first = seen(), from = video.currentTime, until = Date.now() + 15000;
  while ((seen() < first + 5 || video.currentTime <= from) && Date.now() < until) await new Promise((done) => setTimeout(done, 100));
  const canvas = document.createElement('canvas');
  canvas.width = 64; canvas.height = 48;
  const pen = canvas.getContext('2d');
  pen.drawImage(video, 0, 0, 64, 48);
  const bytes = pen.getImageData(0, 0, 64, 48).data;
  return { frames: seen() - first, seconds: video.currentTime - from, width: video.videoWidth, colours: new Set(bytes).size };
}"""


@pytest.fixture(scope="module")
def hall_site(chromium_path: Path) -> Iterator[Site]:
    with served("build_counters") as made:
        yield made


@pytest.fixture(scope="module")
def cameras(playing: Any, chromium_path: Path) -> Iterator[Any]:
    """Two browsers of their own, each with a camera: one for the seat, one for whoever calls."""
    switches = [*SWITCHES, *CAMERAS, *SAME_MACHINE]
    both = [playing.chromium.launch(executable_path=chromium_path, args=switches) for _ in range(2)]
    yield both
    for each in both:
        each.close()


@pytest.fixture
def people(hall_site: Site, cameras: Any) -> Iterator[Callable[..., Browsing]]:
    opened: list[Browsing] = []

    def make(username: str = "", width: int = 1440, **more: Any) -> Browsing:
        browsing = Browsing(hall_site, cameras[0 if username else 1], width, **more)
        opened.append(browsing)
        if username:
            browsing.sign_in(username)
        return browsing

    yield make
    complaints = [complaint for browsing in opened for complaint in browsing.complaints]
    for browsing in opened:
        browsing.close()
    assert not complaints, "\n".join(complaints)


def ask(villager: Browsing, skill: str = "社保") -> str:
    """Ask for a video call; gives the code of the call."""
    villager.go("/video/")
    villager.page.get_by_text(skill, exact=True).click()
    villager.page.get_by_label("姓名").fill("王秀英")
    villager.page.get_by_label("身份证号").fill("42028119560304123X")
    villager.page.get_by_label("联系电话").fill("13872001234")
    villager.press("排队，视频办")
    expect(villager.page.locator(".label")).to_have_text(re.compile(r"V\d{3}"))
    return villager.page.locator(".code").inner_text().replace("-", "")


def sit(seat: Browsing, title: str = "云端一号") -> None:
    seat.go("/counter/")
    seat.follow(title)
    if seat.page.get_by_role("button", name="在这里上岗").count():
        seat.press("在这里上岗")


def sees_moving_pictures(person: Browsing) -> None:
    """The other side's picture has a size, its frames go on, and it isn't one colour."""
    expect(person.page.locator("#line")).to_have_text(re.compile("已接通"))
    seen = person.page.evaluate(FRAMES, "remote")
    assert seen["frames"] >= 5 and seen["seconds"] > 0, seen
    assert seen["width"] >= 320 and seen["colours"] > 8, seen


def deed(seat: Browsing, name: str) -> None:
    seat.page.get_by_role("button", name=name, exact=True).click()


def test_it_talks_fills_in_signs_and_ends(people: Callable[..., Browsing]) -> None:
    villager, seat = people("", 390), people("yunjie", 1440)
    ask(villager)
    villager.sees("坐席")
    examine(villager, "video-queue")
    sit(seat)
    seat.sees("社保")
    examine(seat, "seat")
    seat.press("接下一个")
    sees_moving_pictures(seat)
    sees_moving_pictures(villager)
    examine(seat, "call-identity")
    examine(villager, "video-call")
    seat.page.get_by_label("对方说的姓名").fill("王秀英")
    seat.page.get_by_label("证件号末四位").fill("9999")
    deed(seat, "核对")
    seat.sees("对不上")
    seat.page.get_by_label("对方说的姓名").fill("王秀英")
    seat.page.get_by_label("证件号末四位").fill("123x")
    deed(seat, "核对")
    seat.sees("姓名与证件号末位一致")
    seat.page.get_by_label("哪张表").select_option(label="群众诉求")
    deed(seat, "推给对方填")
    seat.sees("等对方填好")
    villager.sees("工作人员请您填这张表")
    villager.page.get_by_label("标题").fill("养老金少发了一个月")
    villager.page.get_by_label("诉求内容").fill("九月份的养老金没有到账，请帮我查一查是怎么回事。")
    villager.page.get_by_label("发生地点").fill("马叫社区")
    villager.page.get_by_label("所在村").select_option(label="马叫社区")
    examine(villager, "video-form")
    deed(villager, "填好了，提交")
    villager.sees("已经开件，查询码")
    seat.sees("养老金少发了一个月")
    deed(seat, "请对方签名")
    villager.sees("请签名", "本人确认以上填写属实")
    sign(villager)
    villager.sees_not("请签名")
    seat.sees("对方已签名")
    examine(seat, "call-signed")
    sees_moving_pictures(villager)  # the picture has stayed through all of it
    seat.page.get_by_label("告诉对方的结果").fill("已转社保局核查，三个工作日内电话答复您")
    deed(seat, "办完，结束通话")
    villager.sees("办完了", "三个工作日内电话答复您")
    examine(villager, "video-done")
    seat.sees("已办结")
    villager.follow("看进度、评价")
    villager.sees("养老金少发了一个月")


def sign(villager: Browsing) -> None:
    box = villager.page.locator("canvas.signature")
    expect(villager.page.get_by_role("button", name="签好了")).to_be_disabled()
    box.scroll_into_view_if_needed()
    frame = box.bounding_box()
    assert frame
    mouse = villager.page.mouse
    mouse.move(frame["x"] + 30, frame["y"] + 40)
    mouse.down()
    for step in range(8):
        mouse.move(frame["x"] + 30 + step * 25, frame["y"] + 40 + (step % 2) * 50)
    mouse.up()
    villager.shoot("video-signature")
    villager.page.get_by_role("button", name="签好了").click()


def test_it_owes_a_call_when_the_line_breaks_and_calls_back(people: Callable[..., Browsing]) -> None:
    villager, seat = people("", 390), people("yunjie", 1440)
    code = ask(villager, "医保")
    sit(seat)
    seat.press("接下一个")
    sees_moving_pictures(seat)
    villager.close()  # the battery is empty
    expect(seat.page.locator("#panel")).to_contain_text("对方掉线了，已登记回拨", timeout=45_000)
    examine(seat, "call-dropped")
    again = people("", 390)
    again.go(f"/video/{code}/")
    again.sees("对方掉线了，已登记回拨")
    examine(again, "video-dropped")
    seat.follow("回到坐席")
    seat.sees("掉线待回拨")
    seat.press("回拨")
    sees_moving_pictures(seat)
    sees_moving_pictures(again)
    seat.sees("一、核对身份")
    deed(seat, "看过证件，是本人")
    # written while the panel is drawn anew: the words stay
    seat.page.get_by_label("告诉对方的结果").fill("医保卡已经激活")
    seat.sees("身份已核对")
    deed(seat, "办完，结束通话")
    again.sees("医保卡已经激活")


def test_it_begins_the_picture_anew_when_a_page_is_loaded_again(people: Callable[..., Browsing]) -> None:
    villager, seat = people("", 1440), people("leige", 390)
    ask(villager, "别的，或者不清楚")
    sit(seat, "云端二号")
    seat.press("接下一个")
    sees_moving_pictures(seat)
    seat.page.reload()
    sees_moving_pictures(seat)
    sees_moving_pictures(villager)
    examine(seat, "call-phone")
    villager.page.get_by_text("不办了", exact=True).click()
    with villager.page.expect_navigation():
        villager.page.get_by_role("button", name="挂断，不办了").click()
    villager.sees("已取消")
    seat.sees("已取消")


def test_it_leaves_a_number_without_camera_and_scripts(people: Callable[..., Browsing]) -> None:
    villager = people("", 390, javascript=False)
    villager.go("/video/")
    villager.page.get_by_label("联系电话").fill("13872005678")
    villager.press("留电话，等回拨")
    villager.sees("记下了，我们会打给您")
    seat = people("yunjie", 390)
    sit(seat)
    seat.sees("留号待回拨")
    seat.page.get_by_role("button", name="回拨", exact=True).first.click()
    seat.page.get_by_role("button", name="看电话号码，打过去").click()
    seat.sees("13872005678")
    examine(seat, "call-phone-back")
    seat.page.get_by_label("告诉对方的结果").fill("电话里说清楚了")
    deed(seat, "办完，结束通话")
    seat.sees("已办结")


def test_it_calls_numbers_by_keyboard(people: Callable[..., Browsing]) -> None:
    clerk, villager = people("huangting", 1440), people("", 390)
    clerk.go("/counter/")
    clerk.follow("1号窗口")
    examine(clerk, "window-empty")
    clerk.press("在这里上岗")
    villager.go("/points/DY-HALL/")
    examine(villager, "point")
    villager.press("取号")
    villager.sees("A001", "下一个就是您")
    examine(villager, "number")
    wall = people("", 1440)
    wall.go("/points/DY-HALL/screen/")
    clerk.sees("A001")
    for key in "nrs":
        with clerk.page.expect_navigation():
            clerk.page.keyboard.press(key)
    examine(clerk, "window")
    villager.sees("1号窗口正在办")
    wall.sees("A001", "办理中")
    examine(wall, "screen")
    with clerk.page.expect_navigation():
        clerk.page.keyboard.press("d")
    villager.sees("已办完")
    villager.go("/points/DY-HALL/")
    villager.follow("约一个时间")
    examine(villager, "book")
    villager.go("/visit/")
    examine(villager, "visit-ask")
    leader = people("qianzr", 1440)
    for name, address in (
        ("figures", "/counter/figures/"),
        ("setup", "/counter/setup/"),
        ("hub", "/counter/"),
    ):
        leader.go(address)
        examine(leader, f"counter-{name}")
