"""Suggestions with reasons, training, and indicators over real cases."""

from __future__ import annotations

import io

import pytest

from gongzhi.city.cases import actions, importing, queries
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.tests.cast import JINHU, dispatched, reported, solved
from gongzhi.city.kernel.errors import NotAllowed
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.mechanisms import figures, suggestions, training
from gongzhi.city.mechanisms.actions import install
from gongzhi.city.mechanisms.errors import BadTraining
from gongzhi.city.mechanisms.models import TrainedModel
from gongzhi.city.mechanisms.tests.drafting import complete
from gongzhi.city.territory.models import Area, DutyEntry, Office
from gongzhi.engine.texts.classifying import TooFewTexts

pytestmark = pytest.mark.django_db

MEASURES = """
- {id: solved_rate, title: 解决率, case: appeal, kind: rate, denominator: end != null, numerator: 'end = "solved"',
   formula: 已解决 ÷ 已办结}
- {id: opened, title: 受理量, case: appeal, kind: count, numerator: "true", unit: 件, formula: 登记件数}
"""
DIRECTORY = "F,category,→ office,→ basis,说明\n1,市政设施,城管局,职责清单3.2,\n2,环境保护,属地,清单1,\n"
LAMPS = [f"路灯不亮第{n}盏,晚上看不见路" for n in range(30)]
RIVERS = [f"河水发黑有臭味第{n}次,死鱼漂在水面" for n in range(30)]


@pytest.fixture
def city(cast, monday, files):
    suggesting = files["cases/appeal.yaml"].replace(
        b"    title: \xe6\xb4\xbe\xe5\x8d\x95\n    who: dispatcher @ county\n",
        "    title: 派单\n    who: dispatcher @ county\n    suggest: {lead: {table: directory, take: office}}\n".encode(),
    )
    suggesting = suggesting.replace(b"clocks:\n", b"suggest: {category: classifier}\nclocks:\n", 1)
    made = {
        **files,
        "cases/appeal.yaml": suggesting,
        "tables/directory.csv": DIRECTORY.encode(),
        "measures.yaml": MEASURES.encode(),
    }
    install(complete(made), by=SYSTEM)
    return cast


def offered(case, step):
    row = Case.objects.get(pk=case)
    page = queries.case_page(SYSTEM, case)
    return suggestions.for_step(row, page.case_type, page.state, step)


def test_it_suggests_a_category_with_its_words(city):
    receipt = reported(city)
    assert "category" not in offered(receipt.case, "register")  # nothing was learned yet
    training.train("mini", LAMPS + RIVERS, ["市政设施"] * 30 + ["环境保护"] * 30, by=city.chen)
    made = offered(receipt.case, "register")["category"]
    assert made.value == "市政设施" and made.probability > 0.5 and "灯" in made.because


def test_it_suggests_an_office_by_table_and_by_ruling(city):
    receipt = reported(city)
    actions.choose(receipt.case, "register", "dispatch", {"category": "市政设施"}, by=city.li)
    made = offered(receipt.case, "dispatch")["lead"]
    assert (made.value, made.title) == ("cgj", "城管局") and "第1行" in made.because
    DutyEntry.objects.create(
        category="市政设施",
        office=Office.objects.get(code="hbj"),
        basis="裁定2024-1",
        source="ruling",
        ruling="case:x",
    )
    assert offered(receipt.case, "dispatch")["lead"].value == "hbj"


def test_it_knows_the_town_of_a_place(city):
    receipt = reported(city)
    actions.choose(receipt.case, "register", "dispatch", {"category": "环境保护"}, by=city.li)
    assert "lead" not in offered(receipt.case, "dispatch")  # 金湖 has no office in this little city
    gov = Office.objects.get(code="gov")
    town = Area.objects.get(code=JINHU)
    Office.objects.create(
        code="jinhu",
        name="金湖街道办",
        short_name="金湖街道办",
        kind="town",
        area=town,
        parent=gov,
        path=gov.path + "zzy",
    )
    assert offered(receipt.case, "dispatch")["lead"].value == "jinhu"


def test_it_learns_from_files_and_from_closed_cases(city):
    rows = "".join(f"{text},市政设施\n" for text in LAMPS) + "".join(f"{text},环境保护\n" for text in RIVERS)
    text = ("text,category\n" + rows.replace(",晚", "，晚").replace(",死", "，死")).encode()
    row = training.train_from_file("mini", io.BytesIO(text), "labelled.csv", by=city.chen)
    assert (row.texts, row.labels, row.source) == (60, 2, "labelled.csv")
    solved(city, reported(city).case)
    with pytest.raises(TooFewTexts):
        training.train_from_closed("mini", by=city.chen)
    assert TrainedModel.objects.filter(active=True).get() == row


def test_it_says_what_a_training_file_lacks(city):
    with pytest.raises(BadTraining):
        training.train_from_file("mini", io.BytesIO(b"a,b\n1,2\n"), "x.csv", by=city.chen)
    with pytest.raises(NotAllowed):
        training.train("mini", LAMPS, ["a"] * 30, by=city.he)


def test_it_categorises_an_import(city):
    training.train("mini", LAMPS + RIVERS, ["市政设施"] * 30 + ["环境保护"] * 30, by=city.chen)
    content = "id,subject,text\n1,路灯又不亮了,晚上看不见路\n2,河水发黑,死鱼漂在水面有臭味\n".encode()
    importing.import_cases(
        io.BytesIO(content),
        "x.csv",
        mechanism="mini",
        type_id="appeal",
        by=city.chen,
        categorise=training.categoriser("mini"),
    )
    assert set(Case.objects.values_list("category", flat=True)) == {"市政设施", "环境保护"}


def test_it_measures_what_may_be_seen(city, monday):
    receipts = [reported(city) for _ in range(3)]
    solved(city, receipts[0].case)
    dispatched(city, receipts[1].case)
    found = figures.measured(city.wu, "mini")
    rows = {row.id: row for row in found.rows}
    assert (rows["solved_rate"].shown, rows["solved_rate"].n, rows["opened"].value) == ("100.0%", 1, 3)
    assert rows["solved_rate"].cases == (receipts[0].case,) and rows["solved_rate"].interval
    mine = {row.id: row for row in figures.measured(city.zhou, "mini").rows}
    assert mine["opened"].value == 2
    with pytest.raises(NotAllowed):
        figures.measured(city.wang, "mini")


def test_it_measures_many_with_as_many_queries_as_few(city, monday, django_assert_max_num_queries):
    def measure():
        figures.forget()
        return {row.id: row for row in figures.measured(city.wu, "mini").rows}

    for _number in range(2):
        solved(city, reported(city).case)
    with django_assert_max_num_queries(2) as few:
        assert measure()["opened"].value == 2
    for _number in range(4):
        dispatched(city, reported(city).case)
    with django_assert_max_num_queries(len(few)) as asked:
        assert measure()["opened"].value == 6
    # a chunk is one query, however many entries its cases have
    assert len(asked) == len(few) == 2
