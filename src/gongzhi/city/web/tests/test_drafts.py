"""Half-filled forms: kept, found again whole, carried over to a newer form, sent, thrown away, forgotten."""

from __future__ import annotations

import io
import re
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from gongzhi.city.cases.models import Attachment, Case, Draft
from gongzhi.city.cases.tests.cast import JINHU, MINI

pytestmark = pytest.mark.django_db

FORM = {
    "subject": "村口路灯不亮",
    "text": "三天不亮",
    "place": "上冯村口",
    "place.area": JINHU,
    "phone": "13800138000",
    "confidential": "yes",
    "key": "k-of-the-form",
}
PAGES = {"report": "/report/mini/appeal/", "apply": "/apply/mini/appeal/"}


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def saved(client: Any, page: str = "/report/mini/appeal/", **more: Any) -> str:
    """The code under which the form was kept."""
    answer = client.post(page, {**FORM, "later": "1", **more})
    assert answer.status_code == 302, text(answer)[:400]
    return re.fullmatch(r"/apply/draft/(\w+)/\?new=1", answer.headers["Location"])[1]  # type: ignore[index]


@pytest.fixture
def newer(cast: Any, tmp_path: Path) -> Any:
    """Gives a function that installs a version of the form without 请为我保密 and with a new question."""
    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.mechanisms import library
    from gongzhi.city.mechanisms.actions import install
    from gongzhi.city.web.tests.folder import installable

    def change() -> None:
        folder = tmp_path / "mini"
        shutil.copytree(MINI, folder)
        manifest = folder / "mechanism.yaml"
        manifest.write_text(manifest.read_text().replace("1.0.0", "1.1.0"))
        case = folder / "cases" / "appeal.yaml"
        changed = case.read_text().replace(", confidential?", ', "since?"')
        lines = [line for line in changed.splitlines() if "id: confidential" not in line]
        at = next(number for number, line in enumerate(lines) if "id: anonymous" in line)
        lines.insert(at, "  - {id: since, title: 从哪天开始的, kind: date}")
        case.write_text("\n".join(lines))
        install(installable(folder), by=SYSTEM)
        library.LIBRARY.forget()

    yield change
    library.LIBRARY.clear()


@pytest.mark.parametrize("page", PAGES)
def test_it_keeps_everything_typed_and_shows_it_again(browser, page):
    code = saved(browser(), PAGES[page])
    answer = browser().get(f"/apply/draft/{code}/?new=1")
    shown = text(answer)
    assert "no-store" in answer["Cache-Control"]
    for words in ("村口路灯不亮", "三天不亮", "上冯村口", "13800138000", "k-of-the-form"):
        assert words in shown
    assert f'value="{JINHU}" selected' in shown
    assert re.search(r'name="confidential" value="yes" checked', shown)
    assert f'action="{PAGES[page]}"' in shown
    assert "存下了，还没有提交" in shown and "这张表后来更新过" not in shown
    assert not Case.objects.exists()


def test_it_keeps_nothing_that_a_thief_of_the_table_can_read_or_open(browser):
    from gongzhi.city.journal.models import Entry

    before = Entry.objects.count()
    code = saved(browser())
    with connection.cursor() as cursor:
        cursor.execute("select * from cases_draft")
        row = " ".join(map(str, cursor.fetchone()))
    for secret in ("13800138000", "路灯", code, "k-of-the-form"):
        assert secret not in row
    assert Entry.objects.count() == before


def test_it_keeps_a_form_without_what_is_required(browser):
    answer = browser().post(PAGES["report"], {"text": "只写了一点", "later": "1"})
    assert answer.status_code == 302
    assert "只写了一点" in text(browser().get(answer.headers["Location"]))


def test_it_saves_again_under_the_same_code_and_is_gone_when_sent(browser):
    client = browser()
    code = saved(client)
    assert saved(client, text="五天不亮", draft=code) == code
    assert Draft.objects.count() == 1
    assert "五天不亮" in text(client.get(f"/apply/draft/{code}/"))
    answer = client.post(PAGES["report"], {**FORM, "draft": code})
    assert answer.status_code == 302 and answer.headers["Location"].startswith("/t/")
    assert not Draft.objects.exists() and Case.objects.count() == 1
    assert client.get(f"/apply/draft/{code}/").status_code == 404
    # the same form sent once more, by an impatient finger: the same receipt
    assert (
        client.post(PAGES["report"], {**FORM, "draft": code}).headers["Location"]
        == answer.headers["Location"]
    )


def test_it_is_kept_when_sending_was_refused(browser):
    client = browser()
    code = saved(client)
    assert client.post(PAGES["report"], {**FORM, "phone": "12", "draft": code}).status_code == 422
    assert Draft.objects.count() == 1


def test_it_says_what_is_new_in_a_form_that_changed_and_loses_nothing(browser, newer):
    client = browser()
    code = saved(client)
    newer()
    shown = text(client.get(f"/apply/draft/{code}/"))
    assert "这张表后来更新过" in shown and "新问的是：从哪天开始的。" in shown
    assert "<dt>请为我保密</dt><dd>是</dd>" in shown
    assert "村口路灯不亮" in shown and 'name="since"' in shown
    # saved once more under the new form, what has no place there is still told
    assert saved(client, draft=code, since="2026-01-01", confidential="") == code
    again = text(client.get(f"/apply/draft/{code}/"))
    assert "<dt>从前的一栏</dt><dd>是</dd>" in again or "<dt>请为我保密</dt><dd>是</dd>" in again
    assert 'value="2026-01-01"' in again
    assert client.post(PAGES["report"], {**FORM, "draft": code}).status_code == 302


def test_it_keeps_files_beyond_the_day_for_which_uploads_wait(browser):
    from gongzhi.city.cases.actions import sweep_drafts, sweep_uploads
    from gongzhi.city.kernel import clock

    picture = io.BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "PNG")
    photo = SimpleUploadedFile("灯.png", picture.getvalue(), content_type="image/png")
    client = browser()
    code = saved(client, photos=photo)
    later = clock.now() + timedelta(days=29)
    assert sweep_uploads(later) == 0
    with clock.frozen(later):
        shown = text(client.get(f"/apply/draft/{code}/"))
        kept = re.search(r'name="photos.kept" value="([^"]+)"', shown)
        assert kept
        sent = {**FORM, "draft": code, "photos.kept": kept[1]}
        assert client.post(PAGES["report"], sent).headers["Location"].startswith("/t/")
    assert Attachment.objects.get().case == Case.objects.get()
    saved(
        client,
        key="another",
        photos=SimpleUploadedFile("b.png", picture.getvalue(), content_type="image/png"),
    )
    end = clock.now() + timedelta(days=30, seconds=1)
    assert (sweep_drafts(end), sweep_uploads(end)) == (1, 1)


@pytest.mark.parametrize(
    ("after", "status"), [(timedelta(days=30) - timedelta(seconds=1), 200), (timedelta(days=30), 404)]
)
def test_it_is_kept_for_thirty_days_to_the_second(browser, after, status):
    from gongzhi.city.kernel import clock

    with clock.frozen(clock.now()) as now:
        code = saved(browser())
    with clock.frozen(now + after):
        assert browser().get(f"/apply/draft/{code}/").status_code == status


def test_it_throws_a_draft_away(browser):
    client = browser()
    code = saved(client)
    assert client.get(f"/apply/draft/{code}/discard/").status_code == 405
    assert client.post(f"/apply/draft/{code}/discard/").status_code == 302
    assert not Draft.objects.exists()


def test_it_is_found_by_its_code_where_people_look_for_it(browser):
    code = saved(browser())
    spaced = f"{code[:4]}-{code[4:8]}-{code[8:]}".lower()
    for page in ("/t/", "/apply/draft/"):
        assert browser().get(page, {"code": spaced}).headers["Location"] == f"/apply/draft/{code}/"
    assert "请核对每一位" in text(browser().get("/apply/draft/?code=abc"))


def test_it_lets_nobody_try_out_codes(browser, settings):
    from gongzhi.city.kernel import ids

    settings.GONGZHI_TRACKING_MISSES = 3
    code = saved(browser())
    answers = [browser().get(f"/apply/draft/{ids.tracking_code()}/").status_code for _ in range(5)]
    assert answers == [404, 404, 404, 429, 429]
    assert browser().get(f"/apply/draft/{code}/").status_code == 429


def test_it_refuses_what_is_too_long_and_loses_nothing_of_it(browser):
    answer = browser().post(PAGES["report"], {**FORM, "text": "长" * 200_001, "later": "1"})
    assert answer.status_code == 413 and "暂存不下" in text(answer)
    assert "长" * 1000 in text(answer)


@pytest.mark.parametrize("draft", ["9" * 5000, "²", "../..", "AAAAAAAAAAA", "' or 1=1"])
def test_it_bears_strange_codes(browser, draft):
    code = saved(browser(), draft=draft)
    assert code != draft
    assert browser().get(f"/apply/draft/{draft.replace('/', '')[:200]}/").status_code == 404


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.dictionaries(
        st.sampled_from(["subject", "text", "place", "phone", "gone"]),
        st.recursive(
            st.none() | st.booleans() | st.text(max_size=8) | st.integers(),
            lambda inner: (
                st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
            ),
            max_leaves=4,
        ),
    )
)
def test_it_shows_any_values_that_an_older_form_left(browser, values):
    """A field may have become another kind: what does not fit is told in words, and the page opens."""
    from gongzhi.city.cases import actions, catalogue

    case_type = catalogue.current("mini", "appeal")
    code = actions.save_draft("mini", case_type, values, key="k", page="report")
    cache.clear()
    assert browser().get(f"/apply/draft/{code}/").status_code == 200
