"""``gongzhi train category [FILE]``: what suggests a category, from labelled rows or from closed cases."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from gongzhi.city.cli.errors import NoSuchPath
from gongzhi.city.cli.starting import operator, start


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "field", choices=("category",), metavar="category", help="训练什么：category 是类别建议"
    )
    parser.add_argument(
        "file", nargs="?", default="", metavar="文件", help="标注过的 CSV 或 XLSX；不写就从办结的事项学"
    )
    parser.add_argument("--mechanism", default="daye_minqing", metavar="编号", help="给哪个机制训练")


def run(options: argparse.Namespace) -> int:
    """Nothing leaves this machine."""
    path = Path(options.file) if options.file else None
    if path and not path.is_file():
        raise NoSuchPath(path=options.file, kind="文件")
    start()
    began = time.perf_counter()
    print("正在训练……", flush=True)
    told = trained(options.mechanism, path)
    print(f"{told}，用时 {time.perf_counter() - began:.0f} 秒；从现在起按新模型给建议。")
    return 0


def trained(mechanism: str, path: Path | None) -> str:
    """Train from the file, else from closed cases; gives what was learnt from."""
    from gongzhi.city.mechanisms.training import train_from_closed, train_from_file

    if path is None:
        model = train_from_closed(mechanism, by=operator())
    else:
        with path.open("rb") as stream:
            model = train_from_file(mechanism, stream, path.name, by=operator())
    return f"学了 {model.texts:,} 条"
