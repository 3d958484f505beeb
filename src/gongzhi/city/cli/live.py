"""``gongzhi live``: only the process that keeps walls up to date, for a city that runs its parts apart."""

from __future__ import annotations

import argparse
import os
import sys

from gongzhi.city.cli.serve import live_command, port_of, refuse_taken


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", metavar="地址", help="监听的地址")
    parser.add_argument(
        "--port",
        default="8001",
        metavar="端口",
        help="默认 8001；网页进程要设 GONGZHI_LIVE=:8001 或代理后的路径",
    )


def run(options: argparse.Namespace) -> int:
    """Until SIGTERM or Ctrl-C: this process becomes the server."""
    port = port_of(options.port)
    refuse_taken(options.host, port)
    command = live_command(options.host, port)
    sys.stdout.flush()
    os.execv(command[0], command)  # noqa: S606 - a command of ours
