"""A new mechanism that passes check and test at once (``gongzhi new``); its author changes it from there."""

from __future__ import annotations

import re
from collections.abc import Mapping

from gongzhi.engine.cases.spec import ID_PATTERN
from gongzhi.engine.mechanisms.errors import BadName

_MANIFEST = """\
id: {id}
title: {title}
summary: 写一句话：这个机制解决什么问题。
version: 0.1.0
covers: []
roles:
  clerk: 受理员
  officer: 承办人
  checker: 核查员
"""
_CASE = """\
# 一件事从登记到办结。每一步写清：谁来做、多久、有哪几个选项。
id: matter
title: 办理事项
number: "{prefix}{{yyyy}}{{seq:05}}"
opened_by: [resident, clerk]
opens_with: [subject, text, phone?]
fields:
  - {{id: subject, title: 标题, kind: text, max: 60, required: true, privacy: public}}
  - {{id: text, title: 内容, kind: paragraph, max: 2000, required: true}}
  - {{id: phone, title: 联系电话, kind: phone, privacy: contact}}
  - {{id: grade, title: 难易, kind: choice, required: true, options: [简单, 复杂]}}
  - {{id: lead, title: 承办单位, kind: office, required: true}}
  - {{id: refusal, title: 不受理的理由, kind: paragraph, max: 500, required: true}}
  - {{id: reply, title: 办理情况, kind: paragraph, max: 2000, required: true}}
  - {{id: opinion, title: 核查意见, kind: paragraph, max: 500, required: true}}
clocks:
  wait: {{title: 群众等待, from: opened, until: ended, limit: 15 working days}}
  unit: {{title: 承办时限, from: sent, until: replied, limit: {{table: limits, take: unit}}}}
start: accept
steps:
  accept:
    title: 受理
    who: clerk @ county
    within: 1 working day
    choices:
      send: {{title: 交办, asks: [grade, lead], to: handle, marks: sent}}
      refuse: {{title: 不受理, asks: [refusal], to: end.refused}}
  handle:
    title: 办理
    who: officer @ lead
    within: {{clock: unit}}
    choices:
      reply: {{title: 反馈, asks: [reply], to: verify, marks: replied}}
  verify:
    title: 核查
    who: checker @ county
    within: 2 working days
    not_by: [handle]
    choices:
      confirm: {{title: 属实、办结, to: end.done}}
      redo: {{title: 退回重办, asks: [opinion], to: handle, at_most: 1, then: end.failed, reopens: unit}}
ends:
  done: 已办结
  failed: 未办成
  refused: 不受理
"""
_LIMITS = """\
U,难易,→ unit,说明
值,"简单,复杂",,
1,简单,3个工作日,
2,复杂,10个工作日,
"""
_MEASURES = """\
- id: on_time_rate
  title: 按时率
  case: matter
  kind: rate
  denominator: unit_stopped = true
  numerator: unit_late = false
  formula: 时限内反馈的 ÷ 已反馈的
"""
_REACTIONS = """\
- id: remind
  title: 快到期提醒承办人
  on: {case: matter, fact: alerted, clock: unit, light: yellow}
  do: {notify: holder, text: "“{{ data.subject }}”快到期了。"}
"""
_STRINGS = """\
写一句话：这个机制解决什么问题。: "One sentence: which problem does this mechanism solve?"
受理员: Clerk
承办人: Officer
核查员: Checker
办理事项: Matter
标题: Subject
内容: Content
联系电话: Telephone
难易: Difficulty
简单: Simple
复杂: Complex
承办单位: Lead office
不受理的理由: Reason for refusal
办理情况: What was done
核查意见: Opinion of the check
群众等待: "Citizen's wait"
承办时限: "Unit's time limit"
受理: Acceptance
交办: Send
不受理: Refuse
办理: Handling
反馈: Report back
核查: Check
属实、办结: Confirm and close
退回重办: Send back to redo
已办结: Done
未办成: Not achieved
按时率: On-time rate
时限内反馈的 ÷ 已反馈的: Reported back in time ÷ reported back
快到期提醒承办人: Remind the officer before the due time
“{{ data.subject }}”快到期了。: “{{ data.subject }}” is due soon.
"""
_SCENARIOS = """\
# 情景就是试题：名字写成经办人会说的一句话，两边的边界都要考到。
- name: 简单的事三个工作日内办好，核查属实就办结
  case: matter
  at: 2024-09-30 09:00
  by: resident
  form: {subject: 路灯不亮, text: 村口路灯不亮}
  expect: {open: [accept], wait_due: 2024-10-25 18:00}
  steps:
    - {do: accept.send, with: {grade: 简单, lead: 城管局}, expect: {open: [handle], holder: 城管局, unit_due: 2024-10-10 18:00}}
    - {at: 2024-10-10 18:00, expect: {no_alerts: ["unit:red"]}}
    - {do: handle.reply, at: 2024-10-10 18:00, with: {reply: 已修好}, expect: {unit_stopped: 2024-10-10 18:00}}
    - {do: verify.confirm, expect: {ended: done}}
- name: 过了三个工作日还没反馈，亮红灯
  case: matter
  at: 2024-09-30 09:00
  by: clerk
  form: {subject: 路灯不亮, text: 村口路灯不亮}
  steps:
    - {do: accept.send, with: {grade: 简单, lead: 城管局}}
    - {at: 2024-10-10 18:01, expect: {unit_light: red, alerts: [overdue]}}
- name: 承办人不能自己核查自己，退回重办还不行就如实记未办成
  case: matter
  at: 2024-10-14 09:00
  by: resident
  form: {subject: 水渠堵了, text: 菜地被淹}
  steps:
    - {do: accept.send, with: {grade: 复杂, lead: 水利局}, expect: {unit_limit: 10 working days}}
    - {do: handle.reply, by: {person: 张三, role: officer, office: 水利局}, with: {reply: 已清}}
    - {do: verify.confirm, by: {person: 张三, role: checker}, refused: C007}
    - {do: verify.redo, with: {opinion: 只清了一半}, expect: {open: [handle]}}
    - {do: handle.reply, with: {reply: 又清了一段}}
    - {do: verify.redo, with: {opinion: 还是没通}, expect: {ended: failed}}
- name: 不归这里管的写明理由不受理
  case: matter
  at: 2024-10-14 09:00
  by: resident
  form: {subject: 外地的事, text: 在外地遇到的事}
  steps:
    - {do: accept.refuse, with: {refusal: 不在本地}, expect: {ended: refused}}
"""
_README = """\
# {title}

写明：它解决什么问题，从哪里来，在那里怎样运行，照搬到别处要改什么。

改完运行 `gongzhi check` 和 `gongzhi test`，都通过再装到城市里。
"""
_CHANGELOG = """\
# 更新记录

## 0.1.0

- 起步：一个事项、一张时限表、四个情景。
"""


def new(id: str, title: str) -> Mapping[str, bytes]:
    """The files of a new mechanism: path -> content. Raises ``BadName`` for an id that can't name a folder."""
    if not re.fullmatch(ID_PATTERN, id) or len(id) > 60:
        raise BadName(id=id)
    title = " ".join(title.split()) or id
    names = {"id": id, "title": _quoted(title), "prefix": id[0].upper()}
    own = f"{names['title']}: {id}\n"
    texts = {
        "mechanism.yaml": _MANIFEST.format(**names),
        "cases/matter.yaml": _CASE.format(**names),
        "tables/limits.csv": _LIMITS,
        "measures.yaml": _MEASURES,
        "reactions.yaml": _REACTIONS,
        "strings/en.yaml": _STRINGS + (own if f"\n{title}: " not in f"\n{_STRINGS}" else ""),
        "scenarios/matter.yaml": _SCENARIOS,
        "README.md": _README.format(title=title),
        "CHANGELOG.md": _CHANGELOG,
    }
    return {path: text.encode() for path, text in texts.items()}


def _quoted(text: str) -> str:
    """A YAML scalar: quoted, so that no title breaks the file."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


__all__ = ["new"]
