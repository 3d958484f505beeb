"""The static library: every link leads somewhere inside it, nothing comes from outside, and it is read without a script."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from gongzhi.city.exchange import site
from gongzhi.city.exchange.errors import NotOurFolder
from gongzhi.city.exchange.tests.lamp import version
from gongzhi.city.kernel.errors import NotAllowed
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.mechanisms.actions import install
from gongzhi.city.mechanisms.models import Evidence
from gongzhi.engine.mechanisms import packages

pytestmark = pytest.mark.django_db
SHIPPED = Path(__file__).parents[3] / "mechanisms"


class Page(HTMLParser):
    """Links, ids and what a reader without eyes needs."""

    def __init__(self, text):
        super().__init__()
        self.links, self.ids, self.tags, self.lang, self.title = [], [], [], "", ""
        self._in_title = False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        self.tags.append((tag, said))
        self.links += [said[name] for name in ("href", "src") if said.get(name) is not None]
        self.ids += [said["id"]] if "id" in said else []
        if tag == "html":
            self.lang = said.get("lang", "")
        self._in_title = tag == "title" and not self.title

    def handle_data(self, data):
        if self._in_title:
            self.title += data


@pytest.fixture
def folder(cast, tmp_path):
    install(version("1.1.0"), by=SYSTEM)
    for name in ("supervision",):
        install(SHIPPED / name, by=SYSTEM)
    effect = {
        "figures": [{"title": "平均天数", "value": -1.2, "low": -2, "high": -0.4, "n": 300, "unit": "天"}],
        "verdict": "effect",
    }
    Evidence.objects.create(
        mechanism="lamp", version="1.1.0", kind="pilot", title="四镇试点", at="2026-09-01T00:00Z", data=effect
    )
    out = tmp_path / "site"
    site.write(out, by=SYSTEM)
    return out


def pages(folder):
    return {path: Page(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.html"))}


def test_every_link_leads_somewhere_inside_the_site(folder):
    found = pages(folder)
    assert len(found) == 8  # index, coverage and two mechanisms, in two languages
    broken = []
    for path, page in found.items():
        for link in page.links:
            parts = urlsplit(link)
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if parts.scheme or parts.netloc or link.startswith("/"):
                broken.append((path.name, link, "outside"))
            elif not target.is_file() or not target.is_relative_to(folder.resolve()):
                broken.append((path.name, link, "absent"))
            elif parts.fragment and unquote(parts.fragment) not in found[target].ids:
                broken.append((path.name, link, "anchor"))
    assert not broken
    loaded = [
        said
        for page in found.values()
        for tag, said in page.tags
        if tag in ("script", "img", "link", "iframe")
    ]
    assert all(not str(said.get("src") or said.get("href")).startswith(("http", "//")) for said in loaded)


def test_every_page_has_what_a_screen_reader_needs(folder):
    for path, page in pages(folder).items():
        assert page.title.strip() and page.lang == (
            "en" if "en" in path.relative_to(folder).parts else "zh-CN"
        )
        assert len(page.ids) == len(set(page.ids)), path
        assert sum(tag == "h1" for tag, _said in page.tags) == 1
        assert ("main", {"id": "main"}) in page.tags and any(
            said.get("href") == "#main" for _tag, said in page.tags
        )
        assert any(
            tag == "meta" and "width=device-width" in said.get("content", "") for tag, said in page.tags
        )
        regions = [said for tag, said in page.tags if said.get("class") == "scroll"]
        assert all(said.get("tabindex") == "0" and said.get("aria-label") for said in regions)


def test_the_list_is_whole_without_the_script(folder):
    text = (folder / "index.html").read_text(encoding="utf-8")
    assert '<p id="searching" hidden>' in text
    words = re.findall(r'data-words="([^"]+)"', text)
    assert len(words) == 2 and any("路灯报修" in each and "lamp" in each for each in words)


def test_a_page_says_what_it_is_worth_and_what_to_change(folder):
    text = (folder / "m" / "lamp.html").read_text(encoding="utf-8")
    assert "大致在-2天到-0.4天之间，300件" in text and "2个情景，本系统刚跑过，通过2个" in text
    assert "各地维修合同不一样" in text and "一张2行的表" in text and "<svg" in text
    assert "还没有人量过它的效果" in (folder / "m" / "supervision.html").read_text(encoding="utf-8")


def test_what_is_taken_away_is_a_signed_package(folder):
    content = (folder / "packages" / "lamp-1.1.0.gongzhi").read_bytes()
    assert packages.read(content).signature is not None


def test_it_writes_over_itself_and_over_nothing_else(folder, tmp_path):
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    (folder / "mine.txt").write_text("留着")
    site.write(folder, ["lamp"], by=SYSTEM)
    left = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert "m/supervision.html" not in left and {"mine.txt", "m/lamp.html"} <= left
    site.write(folder, by=SYSTEM)
    assert all(path.read_bytes() == content for path, content in before.items())
    other = tmp_path / "other"
    other.mkdir()
    (other / "letter.txt").write_text("别动")
    with pytest.raises(NotOurFolder):
        site.write(other, by=SYSTEM)
    (other / site.MARK).write_text('{"files": ["../../etc/passwd", "letter.txt"]}')
    site.write(other, ["lamp"], by=SYSTEM)
    assert not (other / "letter.txt").exists()


def test_only_who_may_export_writes_it(cast, tmp_path):
    with pytest.raises(NotAllowed):
        site.write(tmp_path / "site", by=cast.zhou)
