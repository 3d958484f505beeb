"""``gongzhi train FIELD [FILE]``: what suggests a category, from labelled rows or from closed cases."""

from __future__ import annotations

import argparse
import csv
import time
from collections.abc import Iterator
from pathlib import Path

from gongzhi.city.cli.errors import BadWord, NoSuchPath
from gongzhi.city.cli.starting import operator, start

#: columns of labelled files, the usual names first
LABELS = ("category", "category_l1", "类别", "一级标签", "label")
TEXTS = ("subject", "主题", "标题", "text", "内容", "详情")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("field", metavar="字段", help="给哪个字段提建议，如 category")
    parser.add_argument(
        "file", nargs="?", default="", metavar="文件", help="标注过的 CSV；不写就从办结的事项学"
    )
    parser.add_argument("--label", default="", metavar="列", help="标注在哪一列")
    parser.add_argument("--mechanism", default="daye_minqing", metavar="编号", help="给哪个机制训练")


def run(options: argparse.Namespace) -> int:
    """Nothing leaves this machine."""
    examples = list(labelled(options.file, options.label)) if options.file else None
    start()
    from gongzhi.city.mechanisms.training import train

    began = time.perf_counter()
    print("正在训练……", flush=True)
    model = train(options.mechanism, options.field, by=operator(), examples=examples)
    print(f"学了 {model.examples:,} 条，用时 {time.perf_counter() - began:.0f} 秒；从现在起按新模型给建议。")
    return 0


def labelled(file: str, label: str = "") -> Iterator[tuple[str, str]]:
    """(text, label) of a CSV file: subject and text in one. Raises ``NoSuchPath``, ``BadWord``."""
    path = Path(file)
    if not path.is_file():
        raise NoSuchPath(path=file, kind="文件")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = csv.DictReader(stream)
        titles = rows.fieldnames or []
        column = label or next((name for name in LABELS if name in titles), "")
        words = [name for name in TEXTS if name in titles]
        if column not in titles or not words:
            raise BadWord(value=file, why=f"找不到标注列和文字列（有：{'、'.join(titles)}）")
        for row in rows:
            text = "\n".join(row[name] or "" for name in words)
            if text.strip() and (row[column] or "").strip():
                yield text, row[column].strip()
