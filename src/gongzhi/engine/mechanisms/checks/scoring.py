"""Scorecards: nothing typed in, nothing that counts clicks, fines or quotas, nothing that measures how big a unit is.

Sources: 国办函〔2026〕12号 (no app use, likes, log-ins, forced photographs as indicators); Administrative Penalty Law art. 74 (no
fine income in appraisals); domain rule "two units with equal true rate and different n do not get different bands".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from gongzhi.engine.errors import GongzhiError, Problem
from gongzhi.engine.instants import parse_span
from gongzhi.engine.measures.errors import SchemeError
from gongzhi.engine.measures.scorecards import probe
from gongzhi.engine.mechanisms import measuring
from gongzhi.engine.mechanisms.checks.finding import Path, finding, unknown
from gongzhi.engine.mechanisms.checks.wording import expression
from gongzhi.engine.mechanisms.loader import Draft
from gongzhi.engine.mechanisms.schema import MeasureSpec
from gongzhi.engine.mechanisms.scorecards import CriterionSpec, ScorecardSpec
from gongzhi.engine.mechanisms.scoring import full_name, scheme_of

#: keys by which somebody would like to type a figure in
TYPED = (
    "value",
    "values",
    "score",
    "scores",
    "manual",
    "typed",
    "filled_by",
    "reported_by",
    "formula_by_hand",
)
ACTIVITY = re.compile(
    r"登录|登陆|上线率|在线|活跃|点赞|转发|评论数|浏览量|阅读量|下载|安装率|注册率|使用率|打卡|签到|照片|图片数|留痕|学习时长|积分排名|关注人数|app",
    re.IGNORECASE,
)
FINES = re.compile(r"罚没|罚款|罚金|没收.{0,4}(额|收入)|收费(额|收入|任务)")
QUOTA = re.compile(
    r"(最低|最少|至少|不少于|不低于|指标数|任务数).{0,10}(投诉|诉求|举报|处罚|立案|查处|案件|线索)"
    r"|(投诉|诉求|举报|处罚|立案|查处|线索).{0,8}(数量?不少于|最低|至少|不低于|任务数|指标数|完成数)"
)
CONSEQUENCE = re.compile(r"免职|撤职|调离|降级|诫勉|问责|扣发|扣减工资|末位淘汰|通报批评")


def validate(draft: Draft) -> Iterator[Problem]:
    """M200 to M209 for every scorecard."""
    for name, made in draft.yaml.items():
        if name.startswith("scorecards/"):
            yield from _typed(draft, name, (), made.value)
    measures = _at_hand(draft)
    for spec in draft.scorecards.values():
        file = f"scorecards/{spec.id}.yaml"
        yield from _standard(draft, file, spec)
        owner = draft.manifest.id if draft.manifest else draft.name
        for path, each, _ in spec.criteria():
            yield from _reference(draft, file, (*path, "measure"), each.measure, measures)
            if known := measures.get(full_name(each.measure, owner)):
                yield from _criterion(draft, file, path, each, known)
        for path, award in spec.awards():
            yield from _reference(draft, file, (*path, "measure"), award.measure, measures)
            if known := measures.get(full_name(award.measure, owner)):
                yield from _words(draft, file, path, f"{award.title} {known.title} {known.formula}", known)
        yield from _computes(draft, file, spec, owner, measures)


def _at_hand(draft: Draft) -> dict[str, MeasureSpec]:
    """``mechanism.measure`` -> definition, of this mechanism and of its neighbours."""
    found = {f"{draft.name}.{each.id}": each for each in (draft.measures.root if draft.measures else ())}
    for id_, other in draft.others.items():
        rows = getattr(other, "measures", None)
        found |= {f"{id_}.{each.id}": each for each in (getattr(rows, "root", rows) or ())}
    return found


def _typed(draft: Draft, file: str, path: Path, value: object) -> Iterator[Problem]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key in TYPED:
                message = f"“{key}”要人把数填进来"
                yield finding(
                    draft, file, (*path, key), "M200", message, "得数只从办件记录里算；请改写 measure。"
                )
            yield from _typed(draft, file, (*path, str(key)), inner)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _typed(draft, file, (*path, number), inner)


def _reference(
    draft: Draft, file: str, path: Path, ref: str, measures: Mapping[str, MeasureSpec]
) -> Iterator[Problem]:
    """M201: a measure that does not exist, or of a mechanism that is not named in the manifest."""
    owner, _, name = ref.rpartition(".")
    manifest = draft.manifest
    if owner and manifest and owner not in (*manifest.needs, *manifest.may_read, manifest.id):
        remedy = f"请在 mechanism.yaml 的 may_read 里写上 {owner}。"
        yield finding(draft, file, path, "M201", f"没有说要看“{owner}”的指标", remedy)
        return
    if owner and owner != draft.name and owner not in draft.others:
        return  # not at hand: taken on trust
    known = [key.partition(".")[2] for key in measures if key.startswith(f"{owner or draft.name}.")]
    if name not in known:
        yield finding(draft, file, path, "M201", *unknown("指标", ref, known))


def _criterion(
    draft: Draft, file: str, path: Path, each: CriterionSpec, known: MeasureSpec
) -> Iterator[Problem]:
    yield from _words(draft, file, path, f"{each.title} {known.title} {known.formula}", known)
    if known.kind == "count" or not known.formula.strip():
        message = f"“{known.title}”没有分母，大单位总比小单位多"
        remedy = "请用有分母的指标（rate、mean、median、percentile）。"
        yield finding(draft, file, (*path, "measure"), "M207", message, remedy)
    rising = None
    if each.worst is not None and (top := each.target if each.type == "target" else each.best) is not None:
        rising = "higher" if top > each.worst else "lower"
    wrong = each.type in ("higher", "lower") and each.type != known.better
    if wrong or (rising is not None and rising != known.better):
        word = {"higher": "越高越好", "lower": "越低越好"}[known.better]
        yield finding(
            draft,
            file,
            (*path, "type"),
            "M209",
            f"“{known.title}”{word}，计分却反过来",
            "请改 type 和 worst、best。",
        )
    if each.type == "satisfaction" and not (known.coverage and each.coverage):
        remedy = "请写 coverage（至少问到多少），并在 measures.yaml 里写它的覆盖率指标。"
        yield finding(draft, file, path, "M209", "满意度没有写覆盖率", remedy)
    case = draft.case_types.get(known.case)
    if case is not None and "." not in each.measure:
        for title, text in each.adjust.items():
            yield from expression(draft, file, (*path, "adjust", title), text, measuring.names(case))


def _words(draft: Draft, file: str, path: Path, text: str, known: MeasureSpec) -> Iterator[Problem]:
    spec = draft.case_types.get(known.case)
    files = [field.id for field in spec.fields if field.kind == "files"] if spec else []
    counted = f"{known.numerator} {known.value} {known.denominator}"
    if ACTIVITY.search(text) or any(re.search(rf"\b{name}\b", counted) for name in files):
        remedy = "不得用登录、点赞、在线时长、照片数这类痕迹考核；请改看事情办没办成。"
        yield finding(draft, file, path, "M202", f"“{known.title}”考的是痕迹", remedy)
    if FINES.search(text):
        remedy = "行政处罚法第七十四条：罚没款不得同考核挂钩。请删去。"
        yield finding(draft, file, path, "M203", f"“{known.title}”考的是罚没收入", remedy)
    if QUOTA.search(text):
        remedy = "不得给投诉、举报、处罚下最低数。请改看办得怎么样。"
        yield finding(draft, file, path, "M204", f"“{known.title}”给数量下了任务", remedy)


def _standard(draft: Draft, file: str, spec: ScorecardSpec) -> Iterator[Problem]:
    """M208: published before the period; M209: the windows of an appeal, classes without units, consequences."""
    if _amount(spec.publish.before) < 1:
        remedy = "请写期初以前多久公布，例如 15 days。"
        yield finding(draft, file, ("publish", "before"), "M208", "标准没有在期初以前公布", remedy)
    for key, least, words in (("submit", 5, "申诉"), ("decide", 10, "复核")):
        text = getattr(spec.appeal, key)
        short = _amount(text) < least if key == "submit" else not 1 <= _amount(text) <= least
        if short or "working day" not in text:
            told = f"不少于{least}个工作日" if key == "submit" else f"不超过{least}个工作日"
            message = f"{words}时间写成了“{text}”"
            yield finding(draft, file, ("appeal", key), "M209", message, f"{words}时间要{told}。")
    for id_, one in spec.classes.items():
        if not (one.kinds or one.offices):
            message = f"“{one.title}”里没有单位"
            yield finding(draft, file, ("classes", id_), "M209", message, "请写 kinds 或 offices。")
    told = f"{spec.title} {spec.summary}"
    if found := CONSEQUENCE.search(told):
        remedy = "名次不自动带来后果；先由人对照办件量、难度、人手复核。"
        yield finding(draft, file, ("summary",), "M209", f"方案里写了“{found[0]}”", remedy)


def _amount(text: str) -> float:
    try:
        return float(parse_span(text).amount)
    except GongzhiError:
        return 0.0


def _computes(
    draft: Draft, file: str, spec: ScorecardSpec, owner: str, measures: Mapping[str, MeasureSpec]
) -> Iterator[Problem]:
    """M205: what cannot be computed; M206: what tells two units of one rate apart by their size."""
    try:
        scheme = scheme_of(spec, owner, measures)
    except SchemeError as error:
        yield finding(draft, file, (), "M205", error.sentence % error.data, error.remedy)
        return
    told = next(probe(scheme), None)
    if told is not None:
        message = (
            f"同样做到{told.share:.0%}的两个单位，{told.small}件的得{told.scores[0]:.1f}分，"
            f"{told.large}件的得{told.scores[1]:.1f}分，分在不同的档"
        )
        remedy = "方案考的是单位大小：请把计数的指标、加减分改成有分母的比率。"
        yield finding(draft, file, ("classes", told.class_id), "M206", message, remedy)


__all__ = ["validate"]
