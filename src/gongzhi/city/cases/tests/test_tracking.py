"""What the tracking code shows, and what it never shows; rating; neighbours."""

from __future__ import annotations

from dataclasses import fields

import pytest

from gongzhi.city.cases import actions, queries
from gongzhi.city.cases.errors import BadRating, NoSuchCase, NotEndedYet, RatedAlready
from gongzhi.city.cases.sight import reporter_of
from gongzhi.city.cases.tests.cast import FORM, JINHU, LEISHAN, ROLES, dispatched, reported, solved
from gongzhi.city.kernel import ids

pytestmark = pytest.mark.django_db


def test_it_says_who_holds_it_and_what_comes_next(cast, monday):
    receipt = reported(cast)
    dispatched(cast, receipt.case)
    seen = queries.tracking(ids.spaced(receipt.tracking_code).lower())
    assert [(holder.step, holder.office) for holder in seen.holders] == [("主办单位办理", "城管局")]
    assert "审核" in seen.next and seen.due is not None and seen.light == "green"


def test_it_names_no_person_and_nothing_private(cast, monday):
    receipt = reported(cast)
    solved(cast, receipt.case)
    told = repr(
        {
            each.name: getattr(queries.tracking(receipt.tracking_code), each.name)
            for each in fields(queries.Tracking)
        }
    )
    for name, _, _ in ROLES.values():
        assert name not in told
    assert FORM["phone"] not in told and "sealed:" not in told and "王秀英" not in told
    assert "灯已修好" in told


@pytest.mark.parametrize("code", ["", "123", "AAAAAAAAAAA", "'; DROP TABLE cases_case;--", "7" * 400])
def test_it_finds_nothing_by_a_wrong_code(cast, code):
    with pytest.raises(NoSuchCase):
        queries.tracking(code)


def test_it_lets_the_code_act_for_the_reporter(cast, monday):
    receipt = actions.open_case("mini", "appeal", FORM, by=cast.li)
    row, reporter = queries.by_tracking_code(receipt.tracking_code)
    assert reporter == reporter_of(row)
    actions.act(row.pk, "urge", {"text": "还没修"}, by=reporter)
    other = actions.open_case("mini", "appeal", FORM, by=cast.li)
    with pytest.raises(NoSuchCase):
        actions.act(other.case, "urge", {"text": "还没修"}, by=reporter)


def test_it_is_rated_once_after_the_end(cast, monday):
    receipt = reported(cast)
    with pytest.raises(NotEndedYet):
        actions.rate(receipt.case, by=cast.wang, stars=5)
    assert queries.tracking(receipt.tracking_code).may_withdraw
    solved(cast, receipt.case)
    seen = queries.tracking(receipt.tracking_code)
    assert seen.may_rate and not seen.may_withdraw
    actions.rate(receipt.case, by=cast.wang, stars=5, solved=True, words="谢谢")
    assert not queries.tracking(receipt.tracking_code).may_rate
    with pytest.raises(RatedAlready):
        actions.rate(receipt.case, by=cast.wang, stars=1)


@pytest.mark.parametrize("stars", [0, 6, True, "5", None])
def test_it_takes_one_to_five(cast, monday, stars):
    receipt = reported(cast)
    solved(cast, receipt.case)
    with pytest.raises(BadRating):
        actions.rate(receipt.case, by=cast.wang, stars=stars)


def test_it_is_rated_by_nobody_else(cast, monday):
    receipt = reported(cast)
    solved(cast, receipt.case)
    for who in (cast.zhou, cast.li, cast.he):
        with pytest.raises(NoSuchCase):
            actions.rate(receipt.case, by=who, stars=5)


def test_it_shows_neighbours_reports_but_no_codes(cast, monday):
    receipt = reported(cast)
    assert (
        queries.nearby("路灯坏了不亮", area=JINHU) == []
    )  # nobody has sorted it: it may be a confidential matter
    secret = reported(cast, confidential=True)
    far = reported(cast, subject="河里有死鱼", text="河水发黑有臭味", place={"text": "河边", "area": LEISHAN})
    for each in (receipt, secret, far):
        dispatched(cast, each.case)
    found = queries.nearby("路灯坏了不亮", area=JINHU)
    assert [near.subject for near in found] == ["村口路灯不亮"]
    assert receipt.tracking_code not in repr(found)
    by_place = queries.nearby("路灯", lon=114.9701, lat=30.1001)
    assert len(by_place) == 1 and by_place[0].metres < 100
    assert queries.nearby("路灯", lon=10.0, lat=50.0) == [] and queries.nearby("路灯") == []


def test_it_finds_similar_cases_that_one_may_see(cast, monday):
    from gongzhi.city.cases.models import Case

    first, second = reported(cast), reported(cast, subject="井边路灯不亮")
    found = queries.similar(cast.li, Case.objects.get(pk=first.case))
    assert [str(row.pk) for row, _ in found] == [second.case]
    assert queries.similar(cast.he, Case.objects.get(pk=first.case)) == []


@pytest.mark.parametrize(
    ("field", "data", "told"),
    [
        ("reply", {"reply": "已修好", "issued": False}, False),  # a draft: nobody has signed it
        ("reply", {"reply": "已修好"}, False),
        ("reply", {"reply": "已修好", "issued": True}, True),
        ("refusal_note", {"refusal_note": "请向法院提出"}, True),  # always
        ("subject", {"subject": "路灯不亮"}, True),  # public
        ("instruction", {"instruction": "两日内报", "issued": True}, False),  # internal, for good
    ],
)
def test_it_tells_the_reporter_a_reply_only_when_it_was_issued(field, data, told):
    from pathlib import Path

    from gongzhi import mechanisms
    from gongzhi.city.cases.queries.telling import is_told
    from gongzhi.engine.mechanisms import compile_all, load

    folder = Path(next(iter(mechanisms.__path__))) / "daye_minqing"
    appeal = compile_all(load(folder))["appeal"]
    assert is_told(appeal, appeal.form[field], data) is told
