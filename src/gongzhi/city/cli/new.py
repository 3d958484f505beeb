"""``gongzhi new ID --title 标题``: a mechanism's folder that passes check and test at once."""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

from gongzhi.city.cli.errors import InTheWay


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="编号", help="小写英文、数字、下划线；也是文件夹名")
    parser.add_argument("--title", default="", metavar="标题", help="中文标题")
    parser.add_argument("--in", dest="place", default=".", metavar="文件夹", help="建在哪里，默认当前文件夹")


def run(options: argparse.Namespace) -> int:
    """The folder appears whole or not at all."""
    from gongzhi.engine.mechanisms import new

    made = new(options.id, options.title or options.id)
    folder = Path(options.place) / options.id
    if folder.exists():
        raise InTheWay(path=folder)
    draft = Path(tempfile.mkdtemp(prefix=f".{options.id}-", dir=options.place))
    try:
        for path, content in made.items():
            (draft / path).parent.mkdir(parents=True, exist_ok=True)
            (draft / path).write_bytes(content)
        draft.chmod(0o755)
        draft.rename(folder)
    except OSError:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    print(
        f"建好了 {folder}（{len(made)} 个文件）。改完运行：\n  gongzhi check {folder}\n  gongzhi test {folder}"
    )
    return 0
