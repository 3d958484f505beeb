"""``gongzhi mine``: what an event log says; a file, or a mechanism's own cases."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gongzhi.city.cli import folders
from gongzhi.city.cli.errors import BadWord, NoSuchPath
from gongzhi.city.cli.starting import start

if TYPE_CHECKING:
    from gongzhi.city.mining.asking import Asked
    from gongzhi.city.mining.periods import Period
    from gongzhi.engine.flows import Flow
    from gongzhi.engine.mining import Event, HowToRead, Study, Troubles

#: lines of each list on the screen; --json has them all
SHOWN = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", nargs="?", default="", metavar="日志", help="CSV、XES 或 OCEL 2.0（可以是 .gz）"
    )
    parser.add_argument("--mechanism", default="", metavar="编号", help="不用文件，看本市这个机制的办件")
    parser.add_argument("--type", default="", metavar="事项", help="机制的哪个事项；不写就是第一个")
    parser.add_argument("--since", default="", metavar="日期", help="从这天起开始的，如 2024-01-01")
    parser.add_argument("--until", default="", metavar="日期", help="到这天为止开始的")
    parser.add_argument(
        "--map", default="", metavar="列", help="哪一列是什么：case=工单编号,activity=环节,time=时间"
    )
    parser.add_argument(
        "--time-format", default="", metavar="写法", help="时间的写法，如 %%d/%%m/%%Y %%H:%%M"
    )
    parser.add_argument("--zone", default="Asia/Shanghai", metavar="时区", help="不带时区的时间按哪里算")
    parser.add_argument("--case-object", default="", metavar="对象类型", help="OCEL 里哪种对象算一件")
    parser.add_argument("--against", default="", metavar="图", help="和它对照：BPMN 文件，或 机制编号.事项")
    parser.add_argument("--compare", default="", metavar="时间段", help="和另一段比：2024-01-01..2024-06-30")
    parser.add_argument(
        "--export", nargs=2, default=None, metavar=("格式", "文件"), help="写成 csv、xes 或 ocel"
    )
    parser.add_argument("--draw", default="", metavar="文件.svg", help="把走向图写成 SVG")
    parser.add_argument("--json", action="store_true", help="全部结果，写成 JSON")


def run(options: argparse.Namespace) -> int:
    """0 when there was something to look at."""
    if bool(options.file) == bool(options.mechanism):
        raise BadWord(value=options.file or "mine", why="请写一个日志文件，或者 --mechanism 编号，二者选一")
    if options.file and not Path(options.file).is_file():
        raise NoSuchPath(path=options.file, kind="文件")
    start()
    from gongzhi.engine.mining import Troubles

    troubles = Troubles()
    if options.export:
        return _export(options, troubles)
    from gongzhi.city.mining.periods import period, read_period

    chosen = period(options.since, options.until)
    with _laid(options, chosen, troubles) as asked:
        answers = asked.answers()
        result = _result(options, asked, answers, troubles)
    if options.compare:
        result["drift"] = _compared(options, chosen, read_period(options.compare), Troubles())
    if options.draw:
        folders.write(options.draw, result["svg"].encode())
    print(json.dumps(_plain(result), ensure_ascii=False, indent=1) if options.json else _report(result))
    return 0


@contextmanager
def _laid(
    options: argparse.Namespace, chosen: Period, troubles: Troubles, level: str = "step"
) -> Iterator[Asked]:
    from gongzhi.city.analytics.running import session
    from gongzhi.city.mechanisms import event_facts
    from gongzhi.city.mining.asking import Which, lay_file, lay_own
    from gongzhi.city.mining.logs import write_log

    which = Which(
        mechanism=options.mechanism,
        type=_type(options) if options.mechanism else "",
        since=chosen.since,
        until=chosen.until,
        level=level,
    )
    with tempfile.TemporaryDirectory(prefix="gongzhi-mine-") as folder, session() as opened:
        if options.mechanism:
            event_facts.refresh()
            yield lay_own(opened, which)
        else:
            path = Path(folder) / "log.parquet"
            write_log(_events(options, troubles), path, troubles)
            yield lay_file(opened, [path], which)


def _events(options: argparse.Namespace, troubles: Troubles) -> Iterator[Event]:
    from gongzhi.city.kernel import clock
    from gongzhi.engine.mining import read_log

    with Path(options.file).open("rb") as stream:
        yield from read_log(stream, troubles, how=_how(options), now=clock.now())


def _how(options: argparse.Namespace) -> HowToRead:
    from gongzhi.engine.mining import HowToRead
    from gongzhi.engine.mining.csvlog import NAMES

    pairs = dict(pair.partition("=")[::2] for pair in options.map.split(",") if pair)
    if unknown := set(pairs) - set(NAMES):
        raise BadWord(value="、".join(unknown), why=f"--map 认得的是 {'、'.join(NAMES)}")
    return HowToRead(
        mapping=pairs, time_format=options.time_format, zone=options.zone, case_type=options.case_object
    )


def _type(options: argparse.Namespace) -> str:
    from gongzhi.city.mechanisms import library

    types = library.one(options.mechanism).case_types
    if options.type and options.type not in types:
        raise BadWord(value=options.type, why=f"这个机制的事项有 {'、'.join(types)}")
    return str(options.type or next(iter(types)))


def _result(
    options: argparse.Namespace, asked: Asked, answers: dict[str, list[dict[str, Any]]], troubles: Troubles
) -> dict[str, Any]:
    from gongzhi.city.mining import naming
    from gongzhi.engine.mining import draw_log, study_of

    study = study_of(answers)
    for row in answers["odd"]:
        open_now = row["trouble"] == "no_start" and options.mechanism
        if row["n"] and row["trouble"] not in troubles.counts and not open_now:
            troubles.add(row["trouble"], n=row["n"])
    names = naming.names_of(options.mechanism, _type(options)) if options.mechanism else {}
    result: dict[str, Any] = {"study": study, "names": names, "troubles": troubles.sentences()}
    if options.mechanism:
        result["svg"] = naming.picture(options.mechanism, _type(options), study)
        flow = naming.flow_of(options.mechanism, _type(options))
        result["conformance"] = _against_own(options, flow)
    else:
        result["svg"] = draw_log(study, title=Path(options.file).stem)
    if options.against:
        result["conformance"] = _against(options, asked)
    return result


def _against_own(options: argparse.Namespace, flow: Flow) -> dict[str, Any]:
    """Our own journal says which choice was taken, so it is compared choice by choice."""
    from gongzhi.city.mining.comparing import conformance
    from gongzhi.city.mining.periods import period
    from gongzhi.engine.mining import Troubles

    with _laid(options, period(options.since, options.until), Troubles(), "choice") as asked:
        return conformance(asked, flow, own=True)


def _against(options: argparse.Namespace, asked: Asked) -> dict[str, Any]:
    from gongzhi.city.mining import naming
    from gongzhi.city.mining.comparing import conformance, with_model

    path = Path(options.against)
    if path.is_file():
        return with_model(asked, path.read_bytes())
    folder, _dot, type_id = options.against.partition(".")
    return conformance(asked, naming.shipped_flow(folders.one(folder), type_id), own=False)


def _compared(options: argparse.Namespace, now: Period, then: Period, troubles: Troubles) -> list[str]:
    from gongzhi.city.mining import comparing, naming, words

    names = naming.names_of(options.mechanism, _type(options)) if options.mechanism else {}
    with _laid(options, then, troubles) as before, _laid(options, now, troubles) as after:
        return words.drifted(comparing.drift(before, after), names)


def _plain(result: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in result.items() if key not in ("svg", "study", "names")} | {
        "study": result["study"].dump(),
        "names": result["names"],
    }


def _report(result: dict[str, Any]) -> str:
    from gongzhi.city.mining import words
    from gongzhi.engine.mining import show_hours

    study: Study = result["study"]
    names: dict[str, str] = result["names"]
    lines = [
        f"{study.cases:,} 件，{study.steps_taken:,} 步，{study.variants_total:,} 种走法；"
        f"一件一半在 {show_hours(study.median_hours)} 以内，九成在 {show_hours(study.p90_hours)} 以内。"
    ]
    lines += [f"  ! {sentence}" for sentence in result["troubles"]]
    sections = {
        "卡在哪里": words.bottlenecks(study, names),
        "最常见的走法": [
            f"{variant.cases:>7,} 件 {words.percent(variant.share):>6}（累计 {words.percent(variant.cumulative)}）  "
            + " → ".join(names.get(step, step) for step in variant.path)
            for variant in study.variants[:SHOWN]
        ],
        "返工": words.rework(study, names),
        "来回踢": words.pingpong(study, names and _offices(study)),
        "和图对照": words.conformance(result["conformance"]) if result.get("conformance") else [],
        "和另一段时间比": result.get("drift", []),
    }
    for title, told in sections.items():
        if told:
            lines += ["", title, *(f"  {line}" for line in told)]
    return "\n".join(lines)


def _offices(study: Study) -> dict[str, str]:
    """Names of the offices that a study of our own speaks about."""
    from gongzhi.city.mining import naming

    return naming.offices({each.office for each in study.pingpong} | {each.other for each in study.pingpong})


def _export(options: argparse.Namespace, troubles: Troubles) -> int:
    from gongzhi.city.mechanisms import event_facts
    from gongzhi.city.mining.asking import Which
    from gongzhi.city.mining.exporting import FORMATS, own_events, written
    from gongzhi.city.mining.periods import period

    form, target = options.export
    if form not in FORMATS:
        raise BadWord(value=form, why=f"格式有 {'、'.join(FORMATS)}")
    chosen = period(options.since, options.until)
    if options.mechanism:
        event_facts.refresh()
        which = Which(
            mechanism=options.mechanism, type=_type(options), since=chosen.since, until=chosen.until
        )
        events = own_events(which)
    else:
        events = iter(
            sorted(_events(options, troubles), key=lambda event: (event.case, event.at, event.line))
        )
    folders.write(target, b"".join(written(events, form, Path(options.file or options.mechanism).stem)))
    print(f"已写到 {target}")
    for sentence in troubles.sentences():
        print(f"  ! {sentence}", file=sys.stderr)
    return 0
