"""``gongzhi import records`` and ``gongzhi export records``: a register in, a register out."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from gongzhi.city.cli import folders
from gongzhi.city.cli.errors import NoSuchPath
from gongzhi.city.cli.starting import operator, start

if TYPE_CHECKING:
    from gongzhi.city.records.actions import ImportReport


def import_records(options: argparse.Namespace, mapping: dict[str, str], fixed: dict[str, str]) -> int:
    """1 when rows were refused; the good rows are in all the same."""
    path = Path(options.file)
    if not path.is_file():
        raise NoSuchPath(path=options.file, kind="文件")
    start()
    from gongzhi.city.records import actions

    began = time.perf_counter()
    with path.open("rb") as stream:
        report = actions.import_records(
            stream,
            path.name,
            register=options.register,
            by=operator(),
            mapping=mapping,
            fixed=fixed,
            move=options.move,
            dry=options.dry_run,
            tell=_tell,
        )
    seconds = max(time.perf_counter() - began, 0.001)
    verb = "只看不收" if options.dry_run else "导入完成"
    print(f"{verb}：{_counts(report)}（{seconds:.1f} 秒）")
    if report.unused:
        print(f"没有用到的列：{'、'.join(report.unused)}")
    return _refused(path, report)


def _counts(report: ImportReport) -> str:
    return (
        f"新增 {report.created:,} 条，修改 {report.changed:,} 条，"
        f"没有变化 {report.same:,} 条，不能收 {report.refused:,} 行"
    )


def _tell(report: ImportReport) -> None:
    if report.position % 2000 < 200:
        print(f"  到第 {report.position:,} 行：{_counts(report)}", flush=True)


def _refused(path: Path, report: ImportReport) -> int:
    if not report.refused:
        return 0
    from gongzhi.city.cases.queries.exporting import line

    told = path.with_name(f"{path.stem}-拒收.csv")
    rows = [each for each in report.rows if each.outcome == "refused"]
    text = "\ufeff" + line(("行", "编号", "原因"))
    text += "".join(line((str(each.number), each.key, each.why)) for each in rows)
    folders.write(str(told), text.encode())
    more = f"（前 {len(rows):,} 行）" if len(rows) < report.refused else ""
    print(f"不能收的行和原因写在 {told}{more}；改好后重新导入同一文件，已收的不会重复。")
    return 1


def export_records(options: argparse.Namespace) -> Iterator[bytes]:
    """A register as XLSX; who took it out is written down."""
    from gongzhi.city.records import actions, queries

    asked = queries.Filter(state=options.state)
    yield actions.export_records(operator(), options.register, asked, purpose=options.purpose).content
