"""Confined case types keep what they promise: one post reads them, every word is sealed, nothing is counted or told.

Sources: 信访工作条例 art. 30, 46 (nothing of an accusation reaches the accused); 纪检监察机关处理检举控告工作规则 (confidentiality).
"""

from __future__ import annotations

from collections.abc import Iterator

from gongzhi.engine.cases.spec import CaseTypeSpec, asked
from gongzhi.engine.errors import Problem
from gongzhi.engine.mechanisms.checks.finding import case_file, finding
from gongzhi.engine.mechanisms.loader import Draft

#: which of the offices acts is no word of anybody, and the desks need it
PLAIN_KINDS = frozenset({"office"})


def validate(draft: Draft) -> Iterator[Problem]:
    """Readers, privacy, retention of every end, and that nothing of it is counted, told or put on paper."""
    confined = {id_: spec for id_, spec in draft.case_types.items() if spec.confined is not None}
    for spec in confined.values():
        yield from _kept(draft, spec)
        yield from _sealed(draft, spec)
    for number, measure in enumerate(draft.measures.root if draft.measures else ()):
        if measure.case in confined:
            message = f"“{confined[measure.case].title}”是限知的，不能算指标"
            remedy = "请删去这个指标：数出来的件数也是泄露，还会逼人凑数。"
            yield finding(draft, "measures.yaml", (number, "case"), "M237", message, remedy)
    for number, reaction in enumerate(draft.reactions.root if draft.reactions else ()):
        if reaction.on.case in confined and (reaction.do.notify or reaction.do.issue):
            message = "限知的事不发通知、不出文书"
            remedy = "请删去：通知和文书会到别人手里。纪检岗在自己的待办里看得到。"
            yield finding(draft, "reactions.yaml", (number, "do"), "M238", message, remedy)


def _kept(draft: Draft, spec: CaseTypeSpec) -> Iterator[Problem]:
    file, rules = case_file(spec), spec.confined
    if not spec.read_by:
        message = "限知的事项类型没有写谁能看"
        yield finding(draft, file, ("confined",), "M235", message, "请写 read_by：[哪个岗]。")
    kept = set(rules.keep) if rules else set()
    for end in sorted(set(spec.ends) ^ kept):
        message = f"结果“{end}”没有写保存多少天" if end in spec.ends else f"没有结果“{end}”"
        yield finding(draft, file, ("confined", "keep"), "M236", message, "每一种结果都写一个天数。")


def _sealed(draft: Draft, spec: CaseTypeSpec) -> Iterator[Problem]:
    typed = {asked(text)[0] for text in spec.opens_with}
    for step in spec.steps.values():
        typed |= {asked(text)[0] for text in step.asks}
        typed |= {asked(text)[0] for choice in step.choices.values() for text in choice.asks}
    for number, field in enumerate(spec.fields):
        path = ("fields", number, "privacy")
        if field.id in typed and field.privacy != "clue" and field.kind not in PLAIN_KINDS:
            message = f"“{field.title}”由人来填，却没有加密"
            yield finding(draft, case_file(spec), path, "M239", message, "请写 privacy: clue。")
        if field.kind == "files":
            message = f"“{field.title}”要传文件，文件不加密存放"
            yield finding(
                draft, case_file(spec), ("fields", number), "M239", message, "请改成写明凭证在哪里。"
            )
