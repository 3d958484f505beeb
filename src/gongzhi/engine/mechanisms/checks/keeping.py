"""Registers of people: how long what is sealed stays, and what is there only with consent, can be carried out.

Source: Personal Information Protection Law art. 13-16, 19, 47.
"""

from __future__ import annotations

from collections.abc import Iterator

from gongzhi.engine.errors import Problem
from gongzhi.engine.mechanisms.checks.finding import Path, finding, register_file, unknown
from gongzhi.engine.mechanisms.loader import Draft
from gongzhi.engine.registers import ACTIVE, RegisterSpec
from gongzhi.engine.registers.register import OPEN

_DATES = ("date",)
_CONSENTS = ("yesno", "date")


def validate(draft: Draft) -> Iterator[Problem]:
    """``keep``, ``purposes`` and ``consent`` of every register."""
    for spec in draft.registers.values():
        yield from _keep(draft, spec)
        yield from _consent(draft, spec)
        doubled = sorted({each for each in spec.purposes if spec.purposes.count(each) > 1})
        if doubled:
            message = f"用途“{'、'.join(doubled)}”写了两遍"
            yield finding(draft, register_file(spec), ("purposes",), "M145", message, "请删去一个。")


def _keep(draft: Draft, spec: RegisterSpec) -> Iterator[Problem]:
    if spec.keep is None:
        return
    path: Path = ("keep", "from")
    states = spec.lifecycle.states if spec.lifecycle else {ACTIVE: ""}
    dates = [each.id for each in spec.fields if each.kind in _DATES and each.privacy in OPEN]
    start = spec.keep.from_
    if start not in states and start not in dates:
        words = unknown("状态或不加密的日期栏目", start, [*states, *dates])
        yield finding(draft, register_file(spec), path, "M140", *words)
    elif start == (spec.lifecycle.start if spec.lifecycle else ACTIVE):
        message = f"保留期从“{start}”算起，那是一登记就在的状态"
        remedy = "还在用的不能销：请写离开、停用后的状态，或写一个日期栏目。"
        yield finding(draft, register_file(spec), path, "M140", message, remedy)
    sealed = [each for field in spec.fields for each in (field, *field.columns) if each.privacy not in OPEN]
    if not sealed:
        message = "写了保留期，却没有加密的栏目可销"
        remedy = "请给涉及个人的栏目写 privacy，或删去 keep。"
        yield finding(draft, register_file(spec), ("keep",), "M141", message, remedy)


def _consent(draft: Draft, spec: RegisterSpec) -> Iterator[Problem]:
    file = register_file(spec)
    kinds = {each.id: each.kind for each in spec.fields if each.privacy in OPEN and not each.consent}
    answers = [id for id, kind in kinds.items() if kind in _CONSENTS]
    if spec.consent and spec.consent not in answers:
        words = unknown("不加密的是否或日期栏目", spec.consent, answers)
        yield finding(draft, file, ("consent",), "M142", *words)
    needing = [(number, each) for number, each in enumerate(spec.fields) if each.consent]
    if spec.consent and not needing:
        message = "写了 consent，却没有一栏要本人同意"
        remedy = "请给要同意才留的栏目写 consent: true，或删去。"
        yield finding(draft, file, ("consent",), "M143", message, remedy)
    for number, each in needing:
        path: Path = ("fields", number, "consent")
        if not spec.consent:
            message = f"“{each.title}”要本人同意，登记簿却没有记同意的栏目"
            yield finding(draft, file, path, "M143", message, "请写 consent: 一个是否或日期栏目。")
        if each.privacy in OPEN:
            message = f"“{each.title}”要本人同意，却不加密，撤回同意后销不掉"
            remedy = "请写 privacy: contact、identity 或 health。"
            yield finding(draft, file, path, "M144", message, remedy)
        if each.required or each.id in (spec.key, spec.name, spec.area, spec.office):
            message = f"“{each.title}”要本人同意，不能又是必填或登记簿离不了的栏目"
            yield finding(draft, file, path, "M144", message, "不同意的人也要登记得进来，请改成可不填。")


__all__ = ["validate"]
