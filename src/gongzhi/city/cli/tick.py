"""``gongzhi tick``: the periodic work that is due, once or again and again."""

from __future__ import annotations

import argparse
import logging

from gongzhi.city.cli.starting import start


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--every", type=float, default=0.0, metavar="秒", help="每隔几秒看一遍，直到被停下；不写就只做一遍"
    )


def run(options: argparse.Namespace) -> int:
    """Prints what ran; a database that is away is waited for."""
    start()
    from django.db import OperationalError, close_old_connections, connection

    from gongzhi.city.cli.stopping import told_to_stop
    from gongzhi.city.jobs.periodic import tick

    if not options.every:
        print("做了：" + ("、".join(tick()) or "没有到点的工作"))
        return 0
    stop = told_to_stop()
    while not stop.is_set():
        try:
            close_old_connections()
            tick()
        except OperationalError as error:
            logging.getLogger("gongzhi.jobs").warning("the database is away: %s", error)
            connection.close()
        stop.wait(options.every)
    return 0
