"""``gongzhi bench``: the figures of ``bench/`` in a checkout of the source."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

import gongzhi
from gongzhi.city.cli.errors import NotFilled


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("figure", nargs="*", metavar="项目", help="只测这些；不写就全测")
    parser.add_argument("--quick", action="store_true", help="三分钟以内的粗测")
    parser.add_argument("--list", action="store_true", help="只列出有哪些项目")


def run(options: argparse.Namespace) -> int:
    """0 when every target that was measured is met."""
    root = Path(gongzhi.__file__).resolve().parents[2]
    program = root / "bench" / "run.py"
    if not program.is_file():
        raise NotFilled(what="bench 文件夹", how="测速要在源码目录里运行")
    words = [*options.figure, *(["--quick"] if options.quick else []), *(["--list"] if options.list else [])]
    command = [sys.executable, str(program), *words]
    return subprocess.run(command, cwd=root, check=False).returncode  # noqa: S603 - our own program
