"""Handing over in the browser: 林晓 hands a package in and fills it in, 江涛 looks at it and installs it."""

from __future__ import annotations

import html

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from gongzhi.city.exchange import dry_runs, trying
from gongzhi.city.exchange.models import Import, TrustedCity
from gongzhi.city.exchange.tests.lamp import PUBLIC, TABLE, package, version
from gongzhi.city.mechanisms import library
from gongzhi.engine.mechanisms import packages

pytestmark = pytest.mark.django_db
HOME = "/reform/packages/"


@pytest.fixture(autouse=True)
def fresh():
    library.LIBRARY.clear()
    yield
    library.LIBRARY.clear()


@pytest.fixture
def people(cast):
    from gongzhi.city.people.models import User
    from gongzhi.city.territory.models import Office, Post

    for key, name, role in (("lin", "林晓", "reform_officer"), ("jiang", "江涛", "reform_chief")):
        user = User.objects.create(username=key, name=name)
        Post.objects.create(user=user, role=role, office=Office.objects.get(code="gov"))


@pytest.fixture
def lin(people, browser):
    return browser("lin")


@pytest.fixture
def jiang(people, browser):
    return browser("jiang")


def shown(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status
    return html.unescape(answer.content.decode())


def handed_in(client, content=None):
    answer = client.post(HOME, {"file": SimpleUploadedFile("lamp.gongzhi", content or package())})
    assert answer.status_code == 302, html.unescape(answer.content.decode())[:3000]
    return Import.objects.latest("pk")


def form_of(client, row):
    """What the form of the third step sends when nobody changes anything."""
    context = client.get(f"{HOME}{row.pk}/").context
    values = {f"role:{role}": ours for role, _t, ours, _k, _w in context["roles"]}
    for each in context["asked"]:
        name = f"point:{each.point.spec.id}"
        if each.rows:
            values[f"{name}:rows"] = str(len(each.rows))
            cells = ((r, c, cell) for r, line in enumerate(each.rows) for c, cell in enumerate(line))
            values |= {f"{name}:{r}:{c}": cell for r, c, cell in cells}
        else:
            values[name] = each.text
    return values


def prepared(client, row, **changed):
    answer = client.post(f"{HOME}{row.pk}/prepare/", {**form_of(client, row), **changed})
    assert answer.status_code == 302, html.unescape(answer.content.decode())[:3000]
    trying.run_scenarios.func(row.pk)
    row.refresh_from_db()
    return row


def trusted(client):
    said = {"name": "鄂州市", "code": "420700", "public": PUBLIC, "how": "11月20日与王主任电话核对"}
    assert client.post(f"{HOME}trust/", said).status_code == 302


def test_the_story_from_a_file_to_the_next_version_and_back(lin, jiang):
    row = handed_in(lin)
    page = shown(lin, f"{HOME}{row.pk}/")
    assert "签名完好，密钥还不认识" in page and "大冶市 <strong>1.0.0</strong>" in page
    assert "大致在-2.1天到-0.7天之间，412件" in page and "没有看出效果" in page and "区间里有0" in page
    trusted(jiang)
    prepared(lin, row)
    assert "全部通过" in shown(lin, f"{HOME}{row.pk}/progress/scenarios/")
    assert lin.post(f"{HOME}{row.pk}/submit/").status_code == 302
    assert "要由另一位有安装权的人来装" in shown(lin, f"{HOME}{row.pk}/")
    assert lin.post(f"{HOME}{row.pk}/install/").status_code == 403
    assert jiang.post(f"{HOME}{row.pk}/install/").status_code == 302
    assert library.LIBRARY.active_version("lamp") == "1.1.0"
    newer = handed_in(
        lin, package(version("1.2.0", tables_limits_csv=TABLE.replace("1 working day,危", "2 hours,危")))
    )
    prepared(lin, newer)
    lin.post(f"{HOME}{newer.pk}/submit/")
    jiang.post(f"{HOME}{newer.pk}/install/")
    assert library.LIBRARY.active_version("lamp") == "1.2.0"
    page = shown(jiang, f"{HOME}of/lamp/?to=1.1.0")
    assert "tables.limits[1]" in page and "回到 1.1.0 这一版" in page
    assert lin.post(f"{HOME}of/lamp/", {"version": "1.1.0"}).status_code == 403
    assert jiang.post(f"{HOME}of/lamp/", {"version": "1.1.0"}).status_code == 302
    library.LIBRARY.forget()
    assert library.LIBRARY.active_version("lamp") == "1.1.0"


def test_a_changed_limit_is_filled_in_and_its_result_accepted(lin):
    row = prepared(lin, handed_in(lin), **{"point:limits:1:1": "7 working days"})
    page = shown(lin, f"{HOME}{row.pk}/")
    assert "2个里有1个与预期不同" in page and "2024年10月23日" in page
    assert row.local_version == "1.1.0+420281.1"
    assert lin.post(f"{HOME}{row.pk}/accept/", {"accept:0:0": "1"}).status_code == 302
    trying.run_scenarios.func(row.pk)
    row.refresh_from_db()
    assert row.scenarios["state"] == "passed"
    # the form shows what was filled in, and a row that is cleared is gone
    values = form_of(lin, row)
    assert values["point:limits:1:1"] == "7 working days"
    prepared(lin, row, **{f"point:limits:0:{column}": "" for column in range(3)})
    assert row.answers["values"]["limits"] == [["-", "7 working days", ""]]


def test_a_scenario_is_set_aside_with_a_reason(lin):
    row = prepared(lin, handed_in(lin), **{"point:limits:1:1": "7 working days"})
    lin.post(f"{HOME}{row.pk}/accept/", {"aside:0": "本市七天"})
    trying.run_scenarios.func(row.pk)
    row.refresh_from_db()
    assert (row.scenarios["state"], row.scenarios["total"]) == ("passed", 1)


def test_a_role_of_the_machine_is_refused_in_words(lin):
    row = handed_in(lin)
    answer = lin.post(f"{HOME}{row.pk}/prepare/", {**form_of(lin, row), "role:caller": "admin"})
    assert answer.status_code == 422 and "管系统的岗位，不办事" in html.unescape(answer.content.decode())


def test_a_bad_file_is_refused_in_words(lin):
    for content, words in ((b"PK no", "不能打开"), (b"", "没有收到文件")):
        answer = lin.post(HOME, {"file": SimpleUploadedFile("x.gongzhi", content)})
        assert answer.status_code == 422 and words in html.unescape(answer.content.decode())


def test_a_dry_run_says_what_it_can_and_that_there_was_nothing(lin):
    row = prepared(lin, handed_in(lin))
    assert lin.post(f"{HOME}{row.pk}/dry/", {"against": "mini.appeal", "as": "lamp"}).status_code == 302
    dry_runs.run_dry.func(row.pk)
    assert "最近三十天没有这种事" in shown(lin, f"{HOME}{row.pk}/progress/dry/")


def test_a_package_is_downloaded_by_those_who_may(lin, browser, people):
    answer = lin.get(f"{HOME}of/mini/1.0.0/package/")
    assert answer.status_code == 200 and packages.read(answer.content).about.id == "mini"
    assert browser("zhou").get(f"{HOME}of/mini/1.0.0/package/").status_code == 403
    assert browser("zhou").get(HOME).status_code == 403


def test_only_who_installs_trusts(lin, jiang):
    trusted(lin)
    assert not TrustedCity.objects.exists()
    trusted(jiang)
    city = TrustedCity.objects.get()
    jiang.post(f"{HOME}trust/", {"revoke": city.fingerprint, "reason": "密钥丢了"})
    assert "密钥丢了" in shown(lin, HOME)


def test_there_is_no_chinese_hole_in_the_number_of_queries(lin, django_assert_max_num_queries):
    row = prepared(lin, handed_in(lin))
    with django_assert_max_num_queries(60):
        shown(lin, f"{HOME}{row.pk}/")


def test_a_hostile_package_writes_nothing_into_the_page(lin):
    evil = "<script>alert(1)</script>"
    files = version("1.1.0", README_md=f"# 要改\n{evil}\n[x](javascript:alert(1))\n")
    case = (
        files["cases/lamp.yaml"]
        .decode()
        .replace("title: 回访", f"title: '{evil}'")
        .replace("title: 修好", f"title: '{evil}'")
    )
    files["cases/lamp.yaml"] = case.encode()
    manifest = (
        files["mechanism.yaml"]
        .decode()
        .replace("title: 路灯报修", f"title: '{evil}'")
        .replace("修灯时限", f"'{evil}'")
    )
    files["mechanism.yaml"] = manifest.encode()
    row = handed_in(lin, package(files))
    for address in (f"{HOME}{row.pk}/", HOME):
        answer = lin.get(address)
        assert answer.status_code == 200
        text = answer.content.decode()
        assert evil not in text and 'href="javascript' not in text


def test_a_job_that_has_gone_quiet_is_told_and_started_again(lin):
    row = handed_in(lin)
    lin.post(f"{HOME}{row.pk}/prepare/", form_of(lin, row))
    said = {"state": "running", "done": 1, "total": 2, "failed": [], "beat": "2024-01-01T00:00:00+08:00"}
    Import.objects.filter(pk=row.pk).update(scenarios=said)
    page = shown(lin, f"{HOME}{row.pk}/progress/scenarios/")
    assert "1 / 2" in page and "好一会儿没有动静" in page and 'hx-trigger="every 2s"' in page
    assert lin.post(f"{HOME}{row.pk}/again/").status_code == 302
    row.refresh_from_db()
    assert row.scenarios["state"] == "waiting"
    assert lin.get(f"{HOME}999/").status_code == 404
