"""Who sees which records, pages, search in everyday words, and what may be chosen in forms."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongzhi.city.kernel.errors import BadCursor, NotAllowed
from gongzhi.city.records import actions, queries
from gongzhi.city.records.errors import BadList, NoSuchRecord, NoSuchRegister
from gongzhi.city.records.queries import Filter
from gongzhi.city.records.tests.cast import ITEMS, JINHU, LEISHAN, POINTS, drafted, published

pytestmark = pytest.mark.django_db
NAMES = {
    "CG-001": ("临时占用城市道路审批", "cgj"),
    "CG-002": ("户外广告设置审批", "cgj"),
    "HB-001": ("排污许可证核发", "hbj"),
    "ZW-001": ("居民身份证补领", "zwj"),
    "ZW-002": ("居住证签注", "zwj"),
}


@pytest.fixture
def catalogue(cast, monday):
    for code, (title, holder) in NAMES.items():
        aliases = "身份证丢了 补办身份证" if code == "ZW-001" else ""
        (drafted if code == "ZW-002" else published)(
            cast, code=code, title=title, holder=holder, aliases=aliases
        )


def keys(page):
    return [row.key for row in page.rows]


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("chen", sorted(NAMES)),
        ("yu", sorted(NAMES)),
        # of the whole county are the records that name no area: seen by who stands for the county
        ("zhou", sorted(NAMES)),
        ("ma", sorted(NAMES)),
        ("hu", []),
    ],
)
def test_it_lists_what_the_post_may_see(cast, catalogue, who, seen):
    by = getattr(cast, who)
    assert keys(queries.records(by, ITEMS)) == seen
    assert sum(queries.counts(by, ITEMS).values()) == len(seen)


def test_it_shows_a_town_only_its_own_points(cast, monday):
    for code, area in (("P1", JINHU), ("P2", LEISHAN)):
        actions.create(cast.yu, POINTS, {"code": code, "title": "小屋", "area": area})
    assert keys(queries.records(cast.hu, POINTS)) == ["P1"]
    with pytest.raises(NoSuchRecord):
        queries.one(cast.hu, POINTS, "P2")
    assert queries.one(cast.hu, POINTS, "P1").name == "小屋"


def test_it_locks_out_residents_and_strange_officers(cast, catalogue):
    with pytest.raises(NotAllowed):
        queries.records(cast.wang, ITEMS)
    row = queries.one(cast.he, ITEMS, "CG-001")
    with pytest.raises(NotAllowed):
        actions.change(cast.he, row, {"promised_days": 1}, expected=2)
    with pytest.raises(NotAllowed):
        actions.create(cast.he, ITEMS, {"code": "X", "title": "冒名", "holder": "cgj"})
    with pytest.raises(NotAllowed):
        actions.change(cast.zhou, row, {"holder": "hbj"}, expected=2)
    shown = queries.record_page(cast.he, ITEMS, "CG-001")
    assert (shown.may_change, shown.moves, shown.may_correct) == (False, (), False)


def test_it_turns_pages_by_position(cast, catalogue):
    first = queries.records(cast.chen, ITEMS, size=2)
    second = queries.records(cast.chen, ITEMS, size=2, after=first.after)
    third = queries.records(cast.chen, ITEMS, size=2, after=second.after)
    assert keys(first) + keys(second) + keys(third) == sorted(NAMES)
    assert third.after == ""


def test_it_narrows_to_a_state(cast, catalogue):
    assert keys(queries.records(cast.chen, ITEMS, Filter(state="draft"))) == ["ZW-002"]
    assert queries.counts(cast.chen, ITEMS) == {"draft": 1, "published": 4, "withdrawn": 0}
    with pytest.raises(BadList):
        queries.records(cast.chen, ITEMS, Filter(state="gone"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("身份证", ["ZW-001"]),
        ("补办 身份证", ["ZW-001"]),
        ("审批", ["CG-001", "CG-002"]),
        ("HB-001", ["HB-001"]),
        ("环保局", ["HB-001"]),
        ("我的身份证丢了怎么补", ["ZW-001"]),
        ("天气预报", []),
        ('") OR *', []),
        ("'; DROP TABLE", []),
        ("\\", []),
    ],
)
def test_it_finds_by_everyday_words(cast, catalogue, text, found):
    assert sorted(keys(queries.public_search(ITEMS, text))) == found
    assert sorted(keys(queries.search(cast.chen, ITEMS, text))) == found


def test_it_finds_drafts_for_staff_only(cast, catalogue):
    assert keys(queries.search(cast.chen, ITEMS, "居住证签注")) == ["ZW-002"]
    assert keys(queries.public_search(ITEMS, "居住证签注")) == []


def test_it_puts_a_hit_in_the_name_first(cast, monday):
    published(cast, code="A1", title="别的事", aliases="残疾人证 " * 3)
    published(cast, code="A2", title="残疾人证办理", aliases="")
    assert keys(queries.public_search(ITEMS, "残疾人证")) == ["A2", "A1"]


def test_it_turns_pages_of_hits(cast, monday):
    for number in range(5):
        published(cast, code=f"A{number}", title=f"审批{number}")
    first = queries.public_search(ITEMS, "审批", size=3)
    second = queries.public_search(ITEMS, "审批", first.after, size=3)
    assert sorted(keys(first) + keys(second)) == [f"A{number}" for number in range(5)]
    assert second.after == ""
    with pytest.raises(BadCursor):
        queries.public_search(ITEMS, "审批", "forged")


def test_it_finds_the_few_that_a_post_sees_among_many(cast, monday, monkeypatch):
    from gongzhi.city.records import searching

    monkeypatch.setattr(searching, "MOST_CLOSE", 3)
    for number in range(5):
        actions.create(cast.yu, POINTS, {"code": f"L{number}", "title": "小屋", "area": LEISHAN})
    actions.create(cast.yu, POINTS, {"code": "J1", "title": "金湖的一间小屋", "area": JINHU})
    assert keys(queries.search(cast.hu, POINTS, "小屋")) == ["J1"]
    assert len(queries.search(cast.yu, POINTS, "小屋").rows) == 6


def test_it_keeps_registers_apart(cast, catalogue):
    actions.create(cast.yu, POINTS, {"code": "P1", "title": "身份证自助点", "area": JINHU})
    assert keys(queries.search(cast.yu, POINTS, "身份证")) == ["P1"]
    assert "P1" not in keys(queries.search(cast.yu, ITEMS, "身份证"))
    with pytest.raises(NoSuchRegister):
        queries.records(cast.yu, "nothing")


def test_it_offers_what_a_form_may_name(cast, catalogue):
    assert [key for key, _name in queries.choices(ITEMS)] == ["CG-001", "CG-002", "HB-001", "ZW-001"]
    assert queries.choices(ITEMS, "身份证", outside=True) == [("ZW-001", "居民身份证补领")]
    assert queries.choices(ITEMS, "CG-002")[0] == ("CG-002", "户外广告设置审批")
    assert queries.choices(POINTS, outside=True) == []
    assert queries.key_of(ITEMS, " 居民身份证补领 ") == "ZW-001"
    assert [queries.key_of(ITEMS, text) for text in ("ZW-001", "没有这件", "")] == ["ZW-001", "没有这件", ""]
    assert queries.names(ITEMS, ["ZW-001", "none"]) == {"ZW-001": "居民身份证补领"}


def test_it_looks_up_by_one_index_row(cast, catalogue):
    with CaptureQueriesContext(
        connection,
    ) as asked:
        queries.lookup(POINTS, "none")
    assert len(asked) == 1
    assert queries.lookup("nothing", "CG-001") is None


def test_it_asks_as_often_for_many_rows_as_for_few(cast, catalogue):
    def asked(size):
        with CaptureQueriesContext(connection) as found:
            page = queries.records(cast.chen, ITEMS, size=size)
            queries.derived_of(
                page.rows and queries.record_page(cast.chen, ITEMS, "CG-001").register, page.rows
            )
        return len(found)

    assert asked(1) == asked(5)


def test_it_tells_the_history_in_words(cast, monday):
    row = published(cast)
    actions.change(
        cast.chen,
        row,
        {"promised_days": 3, "materials": [{"name": "申请表", "gap": True}], "holder": "hbj"},
        expected=2,
        note="压缩时限",
    )
    newest, moved, created = queries.history(cast.chen, row)
    assert [change.sentence for change in newest.changes][1] == "承诺办结时限 5 → 3 个工作日"
    assert "实施主体 城管局 → 环保局" in [change.sentence for change in newest.changes]
    assert (newest.version.note, moved.version.cause, created.changes) == ("压缩时限", "moved", ())
    assert queries.compare(cast.chen, row, 1, 3)[0].field == "holder"
