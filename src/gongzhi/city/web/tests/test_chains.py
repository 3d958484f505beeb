"""Chain workspaces: what stands there, to whom, and what is not told."""

from __future__ import annotations

from pathlib import Path

import pytest

import gongzhi.mechanisms
from gongzhi.city.cases import actions
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.mechanisms import library
from gongzhi.city.mechanisms.actions import install
from gongzhi.city.mechanisms.overviews import industry
from gongzhi.city.records import actions as records
from gongzhi.city.records.models import Record

pytestmark = pytest.mark.django_db
FOLDERS = Path(gongzhi.mechanisms.__path__[0])
CODE = "91350100M000100Y43"


@pytest.fixture
def chain(cast):
    library.LIBRARY.clear()
    for name in ("chain_chiefs", "breakfast_meetings"):
        install(FOLDERS / name, by=SYSTEM)
    put(
        "industry_chains",
        "L01",
        title="硬质合金",
        tier_group="优势产业",
        chief_name="市领导甲",
        chief_office="cgj",
    )
    records.put("industry_chains", "L01", {"chain_office": "cgj"}, by=SYSTEM, because="test")
    put(
        "chain_firms",
        CODE,
        name="东钻刀具",
        chain="L01",
        position="中游",
        head=True,
        contact_phone="13907310009",
    )
    put("chain_gaps", "Q1", what="缺涂层", chain="L01", kind="缺技术", found_on="2024-01-02")
    yield cast
    library.LIBRARY.clear()


def put(register, key, **values):
    declared = {"industry_chains": "code", "chain_firms": "credit_code"}.get(register, "code")
    given = {declared: key, **values}
    if register == "industry_chains":
        given["chain_office"] = "cgj"
    records.put(register, key, given, by=SYSTEM, because="test")


def raised(cast, subject="要做检测", **more):
    form = {"on_chain": "L01", "firm": CODE, "nature": "要一项服务", "subject": subject, "text": "下月要"}
    form |= {"firm_name": "东钻刀具", "phone": "13907310001", **more}
    return actions.open_case("chain_chiefs", "chain_problem", form, by=cast.zhou).case


def page(browser, who, address):
    answer = browser(who).get(address)
    return answer.status_code, answer.content.decode()


def test_it_shows_chief_firms_gaps_and_the_missing_artefacts(chain, browser):
    status, text = page(browser, "zhou", "/reform/chains/")
    assert status == 200 and "硬质合金" in text and "市领导甲" in text and "差8件" in text
    status, text = page(browser, "zhou", "/reform/chains/L01/")
    assert status == 200 and "东钻刀具" in text and "缺涂层" in text and text.count("还没有</span>") == 8
    assert "13907310009" not in text


def test_it_shows_open_problems_by_light_and_only_to_those_who_may_see_them(chain, browser):
    case = raised(chain)
    status, text = page(browser, "zhou", "/reform/chains/L01/")
    assert status == 200 and "要做检测" in text and str(case) in text
    # an officer of another office sees the chain, and none of its problems
    status, text = page(browser, "he", "/reform/chains/L01/")
    assert status == 200 and "要做检测" not in text and "您看得到的问题都办完了" in text
    assert page(browser, "", "/reform/chains/")[0] == 302
    assert page(browser, "hu", "/reform/chains/nothing/")[0] in (403, 404)
    assert page(browser, "zhou", "/reform/chains/nothing/")[0] == 404


def test_it_counts_an_issue_of_a_breakfast_where_its_firm_is(chain):
    put("breakfast_sessions", "Z1", title="专场", held_on="2024-01-02", host_office="cgj", convener="cgj")
    form = {"session": "Z1", "firm": CODE, "kind": "用电", "subject": "变压器", "text": "等"}
    form |= {"firm_name": "东钻刀具", "phone": "13907310001"}
    actions.open_case("breakfast_meetings", "issue", form, by=chain.zhou)
    space, cut = industry.chain(chain.zhou, "L01")
    assert space.running == 1 and not cut


def test_it_brings_the_second_edition_and_keeps_the_first(chain):
    for _turn in (1, 2):
        form = {"chain": "L01", "kind": "全景图", "reason": "更新"}
        case = actions.open_case("chain_chiefs", "artefact", form, by=chain.zhou).case
        given = {"points": "十一家", "sources": "链上企业登记簿"}
        actions.choose(case, "write", "done", given, by=chain.zhou)
        actions.choose(case, "review", "pass", {"opinion": "可以"}, by=chain.zhao)
        actions.choose(case, "sign", "issue", {}, by=chain.qian)
        react_to_all()
    (space,), _cut = industry.chains(chain.zhou)
    panorama = space.artefacts[0]
    assert panorama.current is not None and panorama.current.key == "L01-t1-v2"
    assert [each.key for each in panorama.earlier] == ["L01-t1-v1"] and not panorama.old
    assert Record.objects.get(register="chain_artefacts", key="L01-t1-v1").state == "superseded"
    assert space.present == 1 and "招商路线图" in space.missing


def test_it_makes_no_mean_of_few_marks():
    verdicts = industry.Verdicts()
    for score in (5, 4, 5, 4):
        industry._hear(verdicts, "solved", {"score": score})
    assert verdicts.mean is None and verdicts.share == 100
    industry._hear(verdicts, "unsolved", {"score": 1})
    assert str(verdicts.mean) == "3.8" and verdicts.share == 80
    industry._hear(verdicts, "withdrawn", {})
    assert verdicts.ended == 5


def test_it_says_so_where_nobody_keeps_chains(browser, cast):
    status, text = page(browser, "zhou", "/reform/chains/")
    assert status == 200 and "没有安装产业链链长制" in text
