"""Two pumps in the city of the cases room: readings of two days, a rule that sees one stand still, a case, a review of the rule."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa

from gongzhi.city.alerts import readings
from gongzhi.city.cases import actions as cases
from gongzhi.city.cases.models import Case, Task
from gongzhi.city.cases.tests.cast import JINHU
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.mechanisms import library
from gongzhi.city.mechanisms.actions import install
from gongzhi.city.mechanisms.tests.drafting import complete
from gongzhi.city.records import actions as records
from gongzhi.engine.watches import read_series

STEP = 3_600_000_000
FILES = {
    "mechanism.yaml": """
id: pumps
title: 水泵
version: 1.0.0
covers: ["137"]
roles: {officer: 经办人}
""",
    "feeds.yaml": """
- {id: power, title: 用电, source: 供电公司, basis: 协议, step: 1 hour, unit: kWh, late: 1 days,
   columns: {series: meter, at: at, value: value}}
""",
    "registers/pumps.yaml": """
id: pumps
title: 水泵
key: code
name: name
area: area
fields:
  - {id: code, title: 编号, kind: text, required: true}
  - {id: name, title: 名称, kind: text, required: true}
  - {id: area, title: 地点, kind: area}
  - {id: line, title: 线, kind: text}
  - {id: meter, title: 表, kind: text}
  - {id: works, title: 产线表, kind: text}
""",
    "registers/pump_repairs.yaml": """
id: pump_repairs
title: 报备
key: code
name: code
fields:
  - {id: code, title: 编号, kind: text, required: true}
  - {id: line, title: 线, kind: text}
  - {id: from_at, title: 从, kind: text}
  - {id: to_at, title: 到, kind: text}
""",
    "watches/off.yaml": """
id: off
title: 泵停了
kind: off_while_on
feed: power
over: {register: pumps, area: row.area, name: row.name}
series: {target: row.meter, source: row.works}
with: {points: 2, on_above: 1, off_below: 1}
also: {line: row.line}
covered_by:
  - {register: pump_repairs, match: {line: row.line}, from: from_at, to: to_at}
says: "{{ name }} {{ from }} 停了 {{ points }} 个点"
line: {precision: 0.6, weeks: 4, least: 2, proposes: review, with: {rule: watch.id, precision: watch.precision}}
""",
    "watches/named.yaml": """
id: named
title: 名字不对
kind: record
over: {register: pumps, name: row.name, area: row.area}
when: contains(row.name, "坏")
says: "{{ name }} 名字不对"
""",
    "watches/many.yaml": """
id: many
title: 查得多了
kind: surge
over: {cases: [check], by: [area], level: town}
with: {days: 7, weeks: 4, times: 2, least: 2}
says: "{{ name }} 七天 {{ count }} 件"
""",
    "cases/check.yaml": """
id: check
title: 看泵
number: "P{yyyy}{seq:04}"
opened_by: [officer]
opens_with: [line, says, area?]
fields:
  - {id: line, title: 线, kind: text, required: true}
  - {id: says, title: 内容, kind: paragraph, required: true}
  - {id: area, title: 地点, kind: area}
  - {id: why, title: 原因, kind: text, required: true}
clocks:
  whole: {title: 办结, from: opened, until: ended, limit: 5 working days}
start: look
steps:
  look:
    title: 看
    who: officer @ county
    choices:
      yes: {title: 是坏了, asks: [why], to: end.broken}
      no: {title: 误报, asks: [why], to: end.false_alarm}
ends: {broken: 属实, false_alarm: 误报}
""",
    "cases/review.yaml": """
id: review
title: 会商
number: "R{yyyy}{seq:04}"
opened_by: [officer]
opens_with: [rule, precision]
fields:
  - {id: rule, title: 规则, kind: text, required: true}
  - {id: precision, title: 准确率, kind: number, required: true}
  - {id: why, title: 理由, kind: text, required: true}
clocks:
  whole: {title: 办结, from: opened, until: ended, limit: 5 working days}
start: decide
steps:
  decide:
    title: 定
    who: officer @ county
    choices:
      stop: {title: 停用, asks: [why], to: end.retired}
      keep: {title: 留着, asks: [why], to: end.kept}
ends: {retired: 停用, kept: 留着}
""",
    "reactions.yaml": """
- {id: look, title: 去看, on: {watch: off}, do: {open: check, with: {line: alert.numbers.line, says: alert.says, area: alert.area}}}
- {id: bad, title: 属实, on: {case: check, fact: ended, ends: [broken]}, do: {judge: {outcome: true, reason: why}}}
- {id: good, title: 误报, on: {case: check, fact: ended, ends: [false_alarm]}, do: {judge: {outcome: false, reason: why}}}
- {id: rest, title: 停用, on: {case: review, fact: ended, ends: [retired]}, do: {suspend: {watch: rule, reason: why}}}
""",
    "scenarios/watches.yaml": """
- name: 泵停了两个小时，产线没停，报
  watch: off
  at: 2024-10-14 08:00
  world: {records: {pumps: {P1: {name: 一号, line: A, meter: M1, works: W1}}}}
  series: {M1: "2024-10-13 00:00 24x0", W1: "2024-10-13 00:00 2x5 22x0"}
  expect: {alerts: [{subject: P1, from: 2024-10-13 00:00, to: 2024-10-13 02:00, covered: false, why: 没有报备}]}
""",
    "README.md": "# 水泵\\n",
}


def put(series: str, text: str) -> None:
    held = read_series(text, STEP)
    table = {
        "series": [series] * len(held),
        "us": list(held),
        "value": [value / 1000 for value in held.values()],
    }
    readings.write("pumps.power", pa.table(table))


def build_pumps(folder: Path, settings: Any) -> None:
    """Install the mechanism; pump P1 stood still in the first eight hours of 13 October 2024."""
    settings.GONGZHI_WAREHOUSE = folder
    install(complete({path: text.encode() for path, text in FILES.items()}), by=SYSTEM)
    library.LIBRARY.registers()
    for key, line in (("P1", "A"), ("P2", "B")):
        values = {"name": f"{key}号", "area": JINHU, "line": line, "meter": f"M{key}", "works": f"W{key}"}
        records.put("pumps", key, values, by=SYSTEM, because="试验")
    put("WP1", "2024-10-12 00:00 48x5")
    put("MP1", "2024-10-12 00:00 24x5 8x0 16x5")
    put("WP2", "2024-10-12 00:00 48x5")
    put("MP2", "2024-10-12 00:00 48x5")


def looked(cast: Any, case: Case, choice: str, why: str = "看过了") -> None:
    task = Task.every.get(case=case)
    by = next(each for each in vars(cast).values() if (each.role, each.office) == (task.role, task.office_id))
    cases.choose(case.pk, task.step, choice, {"why": why}, by=by)
    react_to_all()
