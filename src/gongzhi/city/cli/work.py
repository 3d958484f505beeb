"""``gongzhi work``: one worker process, and the periodic work unless told otherwise."""

from __future__ import annotations

import argparse

from gongzhi.city.cli.starting import start


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--no-tick", action="store_true", help="只做作业，不做定时工作")
    parser.add_argument("--once", action="store_true", help="做完眼前到点的作业就退出")


def run(options: argparse.Namespace) -> int:
    """Until SIGTERM or SIGINT: the running job is finished first."""
    start()
    from gongzhi.city.jobs.worker import run_due, work

    if options.once:
        print(f"做了 {run_due()} 项作业。")
        return 0
    from gongzhi.city.cli.stopping import told_to_stop

    work(told_to_stop(), ticking=not options.no_tick)
    return 0
