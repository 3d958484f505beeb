"""Watches: registers, series, parameters and names that exist, reactions and examples that fit (M260-M270)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from gongzhi.engine.errors import GongzhiError, Problem
from gongzhi.engine.expressions import compile_expression
from gongzhi.engine.mechanisms.checks.finding import Path, finding, refusal, unknown
from gongzhi.engine.mechanisms.checks.records import register_of, unknown_register
from gongzhi.engine.mechanisms.checks.references import BUILT_IN_ROLES
from gongzhi.engine.mechanisms.loader import Draft
from gongzhi.engine.mechanisms.mechanism import Example
from gongzhi.engine.mechanisms.schema import ReactionSpec
from gongzhi.engine.registers import RegisterSpec
from gongzhi.engine.watches import KINDS, WatchSpec, names_of, placeholders, read_series, slack_us
from gongzhi.engine.watches.examples import KEYS
from gongzhi.engine.watches.feeds import FeedSpec
from gongzhi.engine.watches.kinds import DAY_US, MINUTE_US
from gongzhi.engine.watches.spec import WatchScenarioSpec

#: what a reaction to a watch may name
ALERT_NAMES = frozenset({"alert", "today"})
#: what ``line.with`` may name
LINE_NAMES = frozenset({"watch", "today"})
_REACTIONS = "reactions.yaml"


def validate(draft: Draft) -> Iterator[Problem]:
    """Everything that ``watches/`` says, what reacts to it, and its examples."""
    for spec in draft.watches.values():
        file = f"watches/{spec.id}.yaml"
        yield from _sources(draft, file, spec)
        yield from _kind(draft, file, spec)
        yield from _expressions(draft, file, spec)
        yield from _covers(draft, file, spec)
        yield from _line(draft, file, spec)
        yield from _roles(draft, file, spec)
    for number, reaction in enumerate(draft.reactions.root if draft.reactions else ()):
        yield from _reaction(draft, number, reaction)
    yield from _examples(draft)


# — what it reads


def _sources(draft: Draft, file: str, spec: WatchSpec) -> Iterator[Problem]:
    if spec.feed and not _is_away(draft, spec.feed):
        feed = _feed(draft, spec.feed)
        if feed is None:
            yield finding(draft, file, ("feed",), "M260", *unknown("数据来源", spec.feed, draft.feeds))
        elif feed.kind != "series":
            message = f"“{feed.title}”不是按时间等距的数据"
            yield finding(draft, file, ("feed",), "M260", message, "看抽取来的名单请用 kind: record。")
    named: list[tuple[Path, str]] = [(("over", "register"), spec.over.register_)]
    named += [(("over", "look", name, "register"), look.register_) for name, look in spec.over.look.items()]
    named += [
        (("covered_by", number, "register"), each.register_) for number, each in enumerate(spec.covered_by)
    ]
    if spec.periods:
        named.append((("periods", "register"), spec.periods.register_))
    for path, register in named:
        if register and (words := unknown_register(draft, register)):
            yield finding(draft, file, path, "M260", *words)
    for number, case in enumerate(spec.over.cases):
        other, dot, _ = case.partition(".")
        needed = draft.manifest is not None and other in (*draft.manifest.needs, *draft.manifest.may_read)
        if not (case in draft.case_types or (dot and needed)):
            words = unknown("事项", case, draft.case_types)
            yield finding(draft, file, ("over", "cases", number), "M260", *words)


def _is_away(draft: Draft, feed: str) -> bool:
    other, dot, _ = feed.partition(".")
    needed = draft.manifest is not None and other in (*draft.manifest.needs, *draft.manifest.may_read)
    return bool(dot) and needed and other not in draft.others


def _feed(draft: Draft, feed: str) -> FeedSpec | None:
    other, dot, name = feed.partition(".")
    if not dot:
        return draft.feeds.get(feed)
    return draft.others[other].feeds.get(name) if other in draft.others else None


def _kind(draft: Draft, file: str, spec: WatchSpec) -> Iterator[Problem]:
    kind = KINDS[spec.kind]
    for part in kind.series:
        if part not in spec.series:
            message = f"kind: {spec.kind} 要写 series.{part}"
            yield finding(draft, file, ("series",), "M261", message, "请写出是哪个序列（FEEL）。")
    for part in spec.series:
        if part not in kind.series:
            words = unknown(f"（{spec.kind} 的）序列", part, kind.series)
            yield finding(draft, file, ("series", part), "M261", *words)
    for name in spec.with_:
        if name not in kind.params:
            words = unknown(f"（{spec.kind} 的）参数", name, kind.params)
            yield finding(draft, file, ("with", name), "M262", *words)
    if spec.kind == "silent" and not {"missing", "flat"} & set(spec.with_):
        message = "silent 要写 missing 或 flat，否则什么都看不到"
        yield finding(draft, file, ("with",), "M262", message, "请写缺多少个点、或不变多少个点算异常。")


# — names


def _expressions(draft: Draft, file: str, spec: WatchSpec) -> Iterator[Problem]:
    looks = list(spec.over.look)
    row = {"today"} if spec.over.cases else {"row", "today"}
    for number, (name, look) in enumerate(spec.over.look.items()):
        yield from _names(draft, file, ("over", "look", name, "key"), look.key, row | set(looks[:number]))
    names = row | set(looks)
    texts: list[tuple[Path, str]] = [(("over", key), getattr(spec.over, key)) for key in _OVER]
    texts += [((key,), getattr(spec, key)) for key in ("when", "at", "subject")]
    for key, held in (("series", spec.series), ("also", spec.also)):
        texts += [((key, name), text) for name, text in held.items()]
    fixed = {"today"} if spec.kind == "surge" else names
    for name, text in spec.with_.items():
        yield from _names(draft, file, ("with", name), text, fixed)
    for path, text in texts:
        yield from _names(draft, file, path, text, names)
    for name in placeholders(spec.says):
        if name not in names_of(spec):
            words = unknown("名字", name, names_of(spec))
            yield finding(draft, file, ("says",), "M265", *words)
    yield from _columns(draft, file, spec)


_OVER = ("where", "area", "name", "category")


def _names(draft: Draft, file: str, path: Path, text: str, known: Collection[str]) -> Iterator[Problem]:
    if not text:
        return
    try:
        names = compile_expression(text).names
    except GongzhiError as error:
        yield refusal(draft, file, path, error)
        return
    for name in sorted(names - set(known)):
        yield finding(draft, file, path, "M263", *unknown("名字", name, sorted(known)))


def _columns(draft: Draft, file: str, spec: WatchSpec) -> Iterator[Problem]:
    """``row.colour`` where the register has no such column is a slip of the pen."""
    held = {"row": spec.over.register_, **{name: look.register_ for name, look in spec.over.look.items()}}
    texts = [spec.over.where, spec.over.area, spec.over.name, spec.when, spec.at, spec.subject]
    texts += [*spec.series.values(), *spec.with_.values(), *spec.also.values()]
    texts += [look.key for look in spec.over.look.values()]
    for name, id_ in held.items():
        register = register_of(draft, id_)
        if register is None:
            continue
        known = _known(register)
        for text in texts:
            for column in _paths(text, name):
                if column not in known:
                    yield finding(draft, file, (), "M263", *unknown(f"{name} 的栏目", column, sorted(known)))


def _paths(text: str, name: str) -> Iterator[str]:
    plain = re.sub(r'"[^"]*"', "", text)
    yield from re.findall(rf"(?<![\w.]){name}\.([a-z][a-z0-9_]*)", plain)


def _known(register: RegisterSpec) -> set[str]:
    return {"key", "state", *register.derived, *(field.id for field in register.fields)}


def _covers(draft: Draft, file: str, spec: WatchSpec) -> Iterator[Problem]:
    names = {"row", "today", *spec.over.look}
    held: list[tuple[Path, str, Mapping[str, str], Iterable[str], str]] = []
    for number, each in enumerate(spec.covered_by):
        columns = [each.from_, each.to, *([each.kinds.column] if each.kinds else [])]
        held.append((("covered_by", number), each.register_, each.match, columns, "declared"))
        yield from _names(draft, file, ("covered_by", number, "where"), each.where, names | {"declared"})
        try:
            slack_us(each.slack)
        except (GongzhiError, KeyError):
            message = f"slack “{each.slack}”不是时长"
            yield finding(
                draft, file, ("covered_by", number, "slack"), "M264", message, "请写成 30 minutes。"
            )
    if spec.periods:
        asked = spec.periods
        held.append((("periods",), asked.register_, asked.match, [asked.from_, asked.to], "order"))
        for key in ("where", "cut"):
            yield from _names(draft, file, ("periods", key), getattr(asked, key), names | {"order"})
    for path, id_, match, parts, _name in held:
        register = register_of(draft, id_)
        known = _known(register) if register else {*match, *parts}
        for column in (*match, *parts):
            if column not in known:
                yield finding(draft, file, path, "M264", *unknown("栏目", column, sorted(known)))
        for column, text in match.items():
            yield from _names(draft, file, (*path, "match", column), text, names)


def _line(draft: Draft, file: str, spec: WatchSpec) -> Iterator[Problem]:
    if spec.line is None:
        return
    case = draft.case_types.get(spec.line.proposes)
    if case is None:
        words = unknown("事项", spec.line.proposes, draft.case_types)
        yield finding(draft, file, ("line", "proposes"), "M266", *words)
        return
    fields = {field.id for field in case.fields}
    for name, text in spec.line.with_.items():
        if name not in fields:
            yield finding(draft, file, ("line", "with", name), "M266", *unknown("字段", name, sorted(fields)))
        yield from _names(draft, file, ("line", "with", name), text, LINE_NAMES)


def _roles(draft: Draft, file: str, spec: WatchSpec) -> Iterator[Problem]:
    known = {*BUILT_IN_ROLES, *(draft.manifest.roles if draft.manifest else ())}
    for number, role in enumerate(spec.read_by):
        if role not in known:
            yield finding(draft, file, ("read_by", number), "M269", *unknown("角色", role, sorted(known)))


# — reactions


def _reaction(draft: Draft, number: int, reaction: ReactionSpec) -> Iterator[Problem]:
    do = reaction.do
    for key in ("suspend", "resume"):
        if deed := getattr(do, key):
            names = _fields_of(draft, reaction)
            for part in ("watch", "reason"):
                path: Path = (number, "do", key, part)
                yield from _names(draft, _REACTIONS, path, getattr(deed, part), names)
    if do.judge:
        yield from _names(
            draft, _REACTIONS, (number, "do", "judge", "reason"), do.judge.reason, _fields_of(draft, reaction)
        )
        opens = {each.do.open for each in (draft.reactions.root if draft.reactions else ()) if each.on.watch}
        if reaction.on.case not in opens:
            message = f"没有预警会打开“{reaction.on.case}”，这里没有可以判的预警"
            remedy = "请先写 on: {watch: …} do: {open: …}。"
            yield finding(draft, _REACTIONS, (number, "do", "judge"), "M267", message, remedy)
    if reaction.on.watch:
        yield from _to_watch(draft, number, reaction)


def _fields_of(draft: Draft, reaction: ReactionSpec) -> set[str]:
    case = draft.case_types.get(reaction.on.case)
    fields = {field.id for field in case.fields} if case else set()
    return {"fact", "case", "today", *fields}


def _to_watch(draft: Draft, number: int, reaction: ReactionSpec) -> Iterator[Problem]:
    on, do = reaction.on, reaction.do
    if on.watch not in draft.watches and f"watches/{on.watch}.yaml" not in draft.files:
        yield finding(
            draft, _REACTIONS, (number, "on", "watch"), "M267", *unknown("预警规则", on.watch, draft.watches)
        )
    if not (do.open or do.notify or do.record):
        message = "对预警只能 open（打开事项）、notify（通知）或 record（登记）"
        yield finding(draft, _REACTIONS, (number, "do"), "M267", message, "请改成其中一个。")
    yield from _names(draft, _REACTIONS, (number, "when"), reaction.when, ALERT_NAMES)
    texts: list[tuple[Path, str]] = [((number, "do", "with", name), text) for name, text in do.with_.items()]
    if do.record:
        texts.append(((number, "do", "record", "key"), do.record.key))
        texts += [((number, "do", "record", "set", name), text) for name, text in do.record.set_.items()]
    for path, text in texts:
        yield from _names(draft, _REACTIONS, path, text, ALERT_NAMES)
    if do.open and "." not in do.open:
        case = draft.case_types.get(do.open)
        if case is None:
            yield finding(
                draft, _REACTIONS, (number, "do", "open"), "M267", *unknown("事项", do.open, draft.case_types)
            )
            return
        fields = {field.id for field in case.fields}
        for name in do.with_:
            if name not in fields:
                path = (number, "do", "with", name)
                yield finding(draft, _REACTIONS, path, "M267", *unknown("字段", name, sorted(fields)))


# — examples


def _examples(draft: Draft) -> Iterator[Problem]:
    raised: set[str] = set()
    quiet: set[str] = set()
    claimed = draft.manifest.covers if draft.manifest else ()
    for example in draft.examples:
        spec = example.spec
        if not isinstance(spec, WatchScenarioSpec):
            continue
        if spec.watch not in draft.watches:
            yield _at(draft, example, ("watch",), *unknown("预警规则", spec.watch, draft.watches))
            continue
        if any(not alert.get("covered") for alert in spec.expect.alerts):
            raised.add(spec.watch)
        else:
            quiet.add(spec.watch)
        yield from _series(draft, example, spec)
        for number, alert in enumerate(spec.expect.alerts):
            for key in alert:
                if key not in KEYS:
                    yield _at(
                        draft, example, ("expect", "alerts", number, key), *unknown("预警的键", key, KEYS)
                    )
        for each in spec.covers:
            if each not in claimed:
                yield _at(draft, example, ("covers",), *unknown("机制 covers 里的编号", each, claimed))
    for id_ in draft.watches:
        missing = [word for word, seen in (("报警", raised), ("不报警", quiet)) if id_ not in seen]
        if missing:
            message = f"规则“{id_}”没有{'、'.join(missing)}的情景"
            remedy = "请在 scenarios/ 里各写一个（watch: …）。"
            yield finding(draft, f"watches/{id_}.yaml", ("id",), "M268", message, remedy, "warning")


def _series(draft: Draft, example: Example, spec: WatchScenarioSpec) -> Iterator[Problem]:
    for held, step in ((spec.series, 15 * MINUTE_US), (spec.counts, DAY_US)):
        for name, text in held.items():
            try:
                read_series(text, step)
            except GongzhiError as error:
                yield _at(draft, example, ("series", name), error.sentence % error.data, error.remedy)


def _at(draft: Draft, example: Example, path: Path, message: str, remedy: str) -> Problem:
    made = draft.yaml[example.file]
    number = next(i for i in range(len(made.value)) if made.where((i,)).line == example.line)
    return finding(draft, example.file, (number, *path), "M270", message, remedy)
