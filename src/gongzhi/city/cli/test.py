"""``gongzhi test [folder…]``: the scenarios of a mechanism on the engine alone."""

from __future__ import annotations

import argparse
import time

from gongzhi.city.cli import folders


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder", nargs="*", metavar="文件夹", help="机制文件夹或编号；不写就测自带的全部机制"
    )
    parser.add_argument("-k", dest="words", default="", metavar="字样", help="只运行名字里有这些字的情景")
    parser.add_argument("-q", "--quiet", action="store_true", help="只打印没过的情景和合计")


def run(options: argparse.Namespace) -> int:
    """0 when there are scenarios and all of them passed."""
    from gongzhi.engine.mechanisms import compile_all, load, run_example
    from gongzhi.engine.mechanisms import run as play

    good = True
    for folder in folders.chosen(options.folder):
        mechanism = load(folder)
        compiled = compile_all(mechanism)
        began, passed, total = time.perf_counter(), 0, 0
        for scenario in mechanism.scenarios:
            if options.words not in scenario.name:
                continue
            result = play(scenario, mechanism, compiled)
            total, passed = total + 1, passed + result.passed
            if not (options.quiet and result.passed):
                print(result)
        for example in mechanism.examples:
            if options.words not in example.name:
                continue
            result = run_example(example, mechanism)
            total, passed = total + 1, passed + result.passed
            if not (options.quiet and result.passed):
                print(result)
        seconds = max(time.perf_counter() - began, 1e-9)
        print(
            f"{mechanism.id}: {passed} of {total} scenarios passed（{seconds:.2f} 秒，每秒 {total / seconds:,.0f} 个）"
        )
        good = good and 0 < total == passed
    return 0 if good else 1
