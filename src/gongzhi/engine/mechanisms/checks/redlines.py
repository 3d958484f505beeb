"""Red lines: privacy of contact and identity, and none of the functions that turned work into formalism.

Sources: Personal Information Protection Law art. 28-29; 国办函〔2026〕12号 (no check-in, points ranking or online-time
functions for staff, no forced photographs, no indicators filled in by hand).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gongzhi.engine.cases.spec import CaseTypeSpec, FieldSpec, asked
from gongzhi.engine.errors import Problem
from gongzhi.engine.mechanisms.checks.finding import Path, case_file, finding, register_file
from gongzhi.engine.mechanisms.loader import Draft
from gongzhi.engine.registers import RegisterSpec

#: kind of field -> privacy classes that protect it
PROTECTED = {"phone": ("contact", "identity", "clue"), "identity_number": ("identity", "clue")}
#: words of functions that staff must not be put under
FORBIDDEN = (
    "打卡", "签到", "活跃度", "在线时长", "登录次数", "积分排名", "个人排名", "末位", "红黑榜", "龙虎榜",
    "行动轨迹", "运动轨迹", "点赞数", "转发数", "下载量",
)  # fmt: skip


def validate(draft: Draft) -> Iterator[Problem]:
    """Privacy classes, forbidden words, forced photographs, figures typed in by hand."""
    for spec in draft.case_types.values():
        file = case_file(spec)
        yield from _privacy(draft, file, spec.fields, ("fields",))
        yield from _photographs(draft, spec)
        for path, text in _titles(spec):
            yield from _word(draft, file, path, text)
    for register in draft.registers.values():
        file = register_file(register)
        yield from _privacy(draft, file, register.fields, ("fields",))
        for path, text in _register_titles(register):
            yield from _word(draft, file, path, text)
    yield from _measures(draft)


def _privacy(draft: Draft, file: str, fields: Sequence[FieldSpec], path: Path) -> Iterator[Problem]:
    for number, field in enumerate(fields):
        allowed = PROTECTED.get(field.kind)
        if allowed and field.privacy not in allowed:
            message = f"“{field.title}”没有写隐私等级"
            remedy = f"请写 privacy: {allowed[0]}。"
            yield finding(draft, file, (*path, number), "M060", message, remedy)


def _photographs(draft: Draft, spec: CaseTypeSpec) -> Iterator[Problem]:
    optional = {asked(text)[0] for text in spec.opens_with if asked(text)[1]}
    for number, field in enumerate(spec.fields):
        if field.kind == "files" and field.required and field.id not in optional:
            message = f"“{field.title}”强制上传"
            remedy = "除立案标准要求举证的以外，照片和附件都应可以不传。"
            yield finding(draft, case_file(spec), ("fields", number), "M071", message, remedy, "warning")


def _titles(spec: CaseTypeSpec) -> Iterator[tuple[Path, str]]:
    yield ("title",), spec.title
    for number, field in enumerate(spec.fields):
        yield ("fields", number, "title"), field.title
    for id_, step in spec.steps.items():
        yield ("steps", id_, "title"), step.title
        for choice_id, choice in step.choices.items():
            yield ("steps", id_, "choices", choice_id, "title"), choice.title


def _register_titles(spec: RegisterSpec) -> Iterator[tuple[Path, str]]:
    yield ("title",), spec.title
    for number, field in enumerate(spec.fields):
        yield ("fields", number, "title"), field.title
    for id_, each in spec.derived.items():
        yield ("derived", id_, "title"), each.title


def _word(draft: Draft, file: str, path: Path, text: str) -> Iterator[Problem]:
    for word in FORBIDDEN:
        if word in text:
            message = f"“{text}”触及红线：“{word}”"
            remedy = "不得对工作人员搞打卡、排名、时长、轨迹；请改为看事情办没办成。"
            yield finding(draft, file, path, "M070", message, remedy)


def _measures(draft: Draft) -> Iterator[Problem]:
    file = "measures.yaml"
    for number, measure in enumerate(draft.measures.root if draft.measures else ()):
        yield from _word(draft, file, (number, "title"), measure.title)
        spec = draft.case_types.get(measure.case)
        typed = {field.id for field in spec.fields if field.kind in ("number", "money")} if spec else set()
        for key, text in (("value", measure.value), ("numerator", measure.numerator)):
            if text.strip() in typed:
                message = f"“{measure.title}”取的是人工填报的“{text.strip()}”"
                remedy = "指标只能由办件记录算出来，请改用时钟、步骤和结果。"
                yield finding(draft, file, (number, key), "M080", message, remedy)
