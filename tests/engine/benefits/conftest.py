"""A programme with everything in it, for both ways of reckoning."""

from __future__ import annotations

import pytest

from gongzhi.engine.benefits import Programme, ProgrammeSpec, compile_programme
from gongzhi.engine.tables import read_csv

TABLE = """F,grade,of_age,mu,kind,→ entitled,→ rate:数字,说明
1,-,-,-,离开,false,0,离开的人不享受
2,-,true,> 2,-,true,1.5,年满且被征两亩以上
3,-,true,(0..2],-,true,1,年满且有被征地
4,甲,false,>= 1,"不是,转",true,1/3,未满但困难
5,-,not(true),-,-,false,0,未满年龄
6,-,-,-,-,false,0,没有被征地
"""
SPEC = {
    "id": "everything",
    "title": "什么都有的待遇",
    "basis": "测试",
    "says": "测试用。",
    "provider": "welfare_clerk @ county",
    "facts": {
        "mu": {"title": "被征面积", "register": "losses", "by": "person", "take": "sum", "value": "row.mu"},
        "lost_on": {"title": "哪天", "register": "losses", "by": "person", "take": "min", "value": "row.on"},
        "listed": {"title": "在册", "register": "lists", "by": "person", "take": "any"},
    },
    "parameters": {
        "age_from": {
            "title": "从几岁",
            "unit": "岁",
            "values": [{"from": "2000-01-01", "value": 60, "basis": "甲"}],
        },
        "monthly": {
            "title": "月标准",
            "unit": "元",
            "values": [
                {"from": "2012-01-01", "value": 180, "basis": "甲"},
                {"from": "2015-01-01", "value": 240, "basis": "乙"},
                {"from": "2020-01-01", "value": "265.55", "basis": "丙"},
            ],
        },
    },
    "values": {
        "of_age": "age >= age_from",
        "grade": 'if sex in ["女", "不详"] or listed then "甲" else null',
        "since": "if lost_on = null then null else years_between(lost_on, today)",
    },
    "eligibility": {"table": "t", "take": "entitled"},
    "amount": "min(monthly * rate + max(since / 7, 0) + abs(-0.005), 400) - floor(mu) / 3 + (if mu between 1 and 2 then ceiling(mu) else 0)",
    "starts": "if age >= age_from then next_month(turns(age_from)) else this_month(today)",
    "ends": 'if kind = "转" then month_end(turns(age_from + 20)) else null',
}


@pytest.fixture(scope="session")
def everything() -> Programme:
    return compile_programme(ProgrammeSpec.model_validate(SPEC), {"t": read_csv(TABLE, id="t")}, "m")
