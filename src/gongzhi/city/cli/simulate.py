"""``gongzhi simulate MECHANISM [CASE_TYPE]``: what a mechanism would do with these arrivals and these people.

gongzhi simulate one_seal after --assumptions simulation.yaml --variant 再加一人:officer=+1
gongzhi simulate daye_minqing appeal --log 工单.csv --staff dispatcher=3 --promise "5 working days"
gongzhi simulate one_seal after --assumptions simulation.yaml --fewest 95%
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gongzhi.city.cli import folders
from gongzhi.city.cli.errors import BadWord

if TYPE_CHECKING:
    from gongzhi.engine.mechanisms import Mechanism
    from gongzhi.engine.simulation import FitLine, Model, SimulationSpec


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="机制", help="机制文件夹或编号")
    parser.add_argument(
        "case", nargs="?", default="", metavar="事项", help="事项编号；只有一个事项时可以不写"
    )
    parser.add_argument("--assumptions", default="", metavar="文件", help="假设文件（YAML）")
    parser.add_argument("--log", default="", metavar="文件", help="从事件日志（CSV）学来件、用时和去向")
    parser.add_argument("--history", action="store_true", help="从本市的办件记录学")
    parser.add_argument(
        "--area", default="", metavar="区划", help="只学这个区划代码以内的办件（与 --history 合用）"
    )
    parser.add_argument("--staff", nargs="+", default=[], metavar="角色=人数", help="各角色几个人")
    parser.add_argument(
        "--variant",
        action="append",
        default=[],
        metavar="名称:角色=人数",
        help="另一种安排；+2 是多两个，可写多次",
    )
    parser.add_argument("--promise", default="", metavar="期限", help="承诺多久办结，如“7 working days”")
    parser.add_argument(
        "--fewest", default="", metavar="把握", help="按时办结要有这个把握，最少要几个人，如 95%%"
    )
    parser.add_argument("--replications", type=int, default=0, metavar="次", help="重复几次（默认 20）")
    parser.add_argument("--days", type=int, default=0, metavar="天", help="量多少个自然日（默认 90）")
    parser.add_argument("--seed", type=int, default=-1, metavar="数", help="随机种子，同一个数结果相同")
    parser.add_argument("--jobs", type=int, default=0, metavar="个", help="几个进程（默认每核一个）")
    parser.add_argument("--json", action="store_true", help="结果写成 JSON")


def run(options: argparse.Namespace) -> int:
    """Prints a table of what came out, variants side by side."""
    from gongzhi.city.cli.starting import Bar
    from gongzhi.city.simulations import processes, tables
    from gongzhi.engine.mechanisms import load
    from gongzhi.engine.simulation import merged, summarise

    mechanism = load(folders.one(options.folder))
    spec, fits = _learned(options, mechanism, _given(options))
    case = _case(mechanism, spec)
    models = {"现在": _model(mechanism, case, spec, fits)}
    for variant in spec.variants:
        other = merged(spec, variant)
        models[variant.name] = _model(mechanism, other.case_type or case, other, fits)
    if options.fewest:
        return _fewest(options, mechanism, case, spec)
    bar = Bar() if not options.json and sys.stdout.isatty() else None
    done = processes.run(
        models,
        spec.seed,
        spec.replications,
        jobs=options.jobs,
        progress=(lambda count, total: bar("模拟", count, total)) if bar else None,
    )
    if options.json:
        print(json.dumps(tables.as_json(models, done), ensure_ascii=False, indent=2))
    else:
        print(tables.as_text(models, done, {name: summarise(runs) for name, runs in done.items()}))
    return 0


def _model(mechanism: Mechanism, case: str, spec: SimulationSpec, fits: tuple[FitLine, ...]) -> Model:
    from gongzhi.engine.simulation import model_of

    return model_of(mechanism, case, spec, fits=fits)


def _case(mechanism: Mechanism, spec: SimulationSpec) -> str:
    return spec.case_type or (next(iter(mechanism.case_types)) if len(mechanism.case_types) == 1 else "")


def _given(options: argparse.Namespace) -> SimulationSpec:
    """The assumptions file with what the command line says on top."""
    from gongzhi.engine.simulation import checked, read_assumptions

    base: dict[str, Any] = {}
    if options.assumptions:
        path = Path(options.assumptions)
        given = read_assumptions(path.read_bytes(), path.name)
        base = given.model_dump(mode="json", exclude_unset=True)
    for key in ("replications", "days"):
        if getattr(options, key):
            base[key] = getattr(options, key)
    if options.seed >= 0:
        base["seed"] = options.seed
    if options.case:
        base["case_type"] = options.case
    if options.promise:
        base["promise"] = options.promise
    if options.staff:
        people = dict(_number(word) for word in options.staff)
        base["staff"] = {**base.get("staff", {}), **people}
    base["variants"] = [*base.get("variants", []), *map(_variant, options.variant)]
    return checked(base, options.assumptions or "命令行")


def _number(word: str) -> tuple[str, int]:
    name, _, number = word.partition("=")
    try:
        return name, int(number)
    except ValueError as error:
        raise BadWord(value=word, why="应写成“角色=人数”，如 dispatcher=3") from error


def _variant(word: str) -> dict[str, Any]:
    """``名称:角色=人数,角色=+2``; a sign means more or fewer than now."""
    name, colon, rest = word.partition(":")
    if not colon or not name:
        raise BadWord(value=word, why="应写成“名称:角色=人数”，如 加两人:dispatcher=+2")
    variant: dict[str, Any] = {"name": name, "staff": {}, "more": {}}
    for part in rest.replace("，", ",").split(","):
        role, number = _number(part)
        variant["more" if part.partition("=")[2].strip()[:1] in "+-" else "staff"][role] = number
    return variant


def _learned(
    options: argparse.Namespace, mechanism: Mechanism, given: SimulationSpec
) -> tuple[SimulationSpec, tuple[FitLine, ...]]:
    """What a log or the city's own cases add to the assumptions."""
    from gongzhi.engine.simulation import calibrate, learn, read_log

    if not options.log and not options.history:
        return given, ()
    case = _case(mechanism, given)
    if case not in mechanism.case_types:
        raise BadWord(value=case or "事项", why=f"请写事项编号，有：{'、'.join(mechanism.case_types)}")
    if options.log:
        history = read_log(Path(options.log).read_text("utf-8-sig"), mechanism.case_types[case])
    else:
        from gongzhi.city.cli.starting import start

        start()
        from gongzhi.city.simulations.histories import history_of

        history = history_of(mechanism.id, case, area=options.area)
    found = learn(history, mechanism.case_types[case], given)
    found = calibrate(found, history, mechanism, case, kept=frozenset(given.times))
    return found.spec, found.fits


def _fewest(options: argparse.Namespace, mechanism: Mechanism, case: str, spec: SimulationSpec) -> int:
    """Search and print the fewest people for the promise."""
    from gongzhi.city.simulations import processes, tables
    from gongzhi.engine.simulation import Summary, fewest, summarise

    try:
        share = float(options.fewest.rstrip("%")) / (100 if options.fewest.endswith("%") else 1)
    except ValueError as error:
        raise BadWord(value=options.fewest, why="应写成百分数，如 95%") from error

    def evaluate(tried: SimulationSpec) -> Summary:
        models = {"": _model(mechanism, case, tried, ())}
        return summarise(processes.run(models, tried.seed, tried.replications, jobs=options.jobs)[""])

    model = _model(mechanism, case, spec, ())
    found = fewest(spec, share, evaluate, model=model)
    print(tables.of_fewest(model, found, share))
    return 0
