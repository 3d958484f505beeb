"""``gongzhi draw FOLDER CASE``: a case type's flow or a register's states as SVG, or a flow as BPMN 2.0 with layout."""

from __future__ import annotations

import argparse
import sys

from gongzhi.city.cli import folders


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="文件夹", help="机制文件夹或编号")
    parser.add_argument(
        "case", nargs="?", default="", metavar="事项", help="事项或登记簿编号；只有一个事项时可以不写"
    )
    parser.add_argument("--lang", default="zh", metavar="语言", help="zh 或 en（strings/ 里有的语言）")
    parser.add_argument("--vertical", action="store_true", help="从上往下画，适合手机和 A4 纸")
    parser.add_argument("--bpmn", action="store_true", help="写成 BPMN 2.0，可用通用建模工具打开")
    parser.add_argument("-o", "--output", default="", metavar="文件", help="写到文件；不写就打印")


def run(options: argparse.Namespace) -> int:
    """Prints the drawing, or writes it whole to the file."""
    from gongzhi.engine.mechanisms import draw, export_bpmn, load

    mechanism = load(folders.one(options.folder))
    case = options.case or (next(iter(mechanism.case_types)) if len(mechanism.case_types) == 1 else "")
    if options.bpmn:
        content = export_bpmn(mechanism, case)
    else:
        content = draw(mechanism, case, lang=options.lang, vertical=options.vertical).encode()
    if options.output:
        folders.write(options.output, content)
        print(f"已写到 {options.output}")
    else:
        sys.stdout.write(content.decode())
    return 0
