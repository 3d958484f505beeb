"""``gongzhi import appeals FILE``: streaming, resumable, repeatable; then categories and hot issues."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

from gongzhi.city.cli import boundaries, folders, reform_tasks, registers
from gongzhi.city.cli.errors import BadWord, NoSuchPath, NotFilled
from gongzhi.city.cli.starting import operator, start

if TYPE_CHECKING:
    from gongzhi.city.cases.importing import Progress

#: what can be imported -> the case type that it becomes
KINDS = {"appeals": "appeal"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(title="导入什么", metavar="种类", dest="kind", required=True)
    appeals = kinds.add_parser("appeals", help="群众诉求")
    _appeals(appeals)
    records = kinds.add_parser("records", help="登记簿的内容（事项、项目、服务点等），同一行再导不会重复")
    boundaries.add_arguments(kinds.add_parser("boundaries", help="区划边界（GeoJSON），画在地图上"))
    reform_tasks.add_arguments(kinds.add_parser("tasks", help="改革任务表，整份收或者整份不收，再导不会重复"))
    records.add_argument("register", metavar="登记簿", help="登记簿编号，如 service_items")
    records.add_argument("file", metavar="文件", help="CSV（UTF-8 或 GB 18030）或 XLSX，第一行是列名")
    records.add_argument(
        "--mapping", default="", metavar="项=列,…", help="列名不常见时指明，如 code=实施编码"
    )
    records.add_argument(
        "--set", default="", metavar="项=值,…", help="每一行都用这个值，如 holder=dy-spj（单位编码）"
    )
    records.add_argument("--move", default="", metavar="编号", help="收下以后变更状态，如 publish")
    records.add_argument("--dry-run", action="store_true", help="只看哪些行能收，不写")


def _appeals(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="文件", help="CSV（UTF-8 或 GB 18030）或 XLSX，第一行是列名")
    parser.add_argument(
        "--mapping", default="", metavar="项=列,…", help="列名不常见时指明，如 subject=主题,text=正文"
    )
    parser.add_argument(
        "--mechanism", default="", metavar="编号", help="导入到哪个机制；只有一个合适的就不用写"
    )
    parser.add_argument("--source", default="", metavar="名称", help="编号在哪个来源里唯一，默认是文件名")
    parser.add_argument("--dated", action="store_true", help="登记时间用文件里的时间（历史数据），不用现在")
    parser.add_argument("--no-clusters", action="store_true", help="导入后不找热点问题")


def run(options: argparse.Namespace) -> int:
    """1 when rows were refused; the good rows are in all the same."""
    if options.kind == "boundaries":
        return boundaries.import_boundaries(options)
    if options.kind == "tasks":
        return reform_tasks.import_sheet(options)
    if options.kind == "records":
        return registers.import_records(options, mapping_of(options.mapping), mapping_of(options.set))
    path = Path(options.file)
    if not path.is_file():
        raise NoSuchPath(path=options.file, kind="文件")
    mapping = mapping_of(options.mapping)
    start()
    from gongzhi.city.cases.importing import import_cases
    from gongzhi.city.mechanisms.training import categoriser

    mechanism = options.mechanism or _mechanism(KINDS[options.kind])
    began = time.perf_counter()
    with path.open("rb") as stream:
        progress = import_cases(
            stream,
            path.name,
            mechanism=mechanism,
            type_id=KINDS[options.kind],
            by=operator(),
            mapping=mapping,
            source=options.source,
            categorise=categoriser(mechanism),
            dated=options.dated,
            report=_tell,
        )
    seconds = max(time.perf_counter() - began, 0.001)
    told = f"新收 {progress.taken:,} 件，已有 {progress.known:,} 件，拒收 {progress.refused:,} 行"
    print(f"导入完成：{told}（{seconds:.1f} 秒，每秒 {(progress.taken + progress.known) / seconds:,.0f} 行）")
    if progress.taken and not options.no_clusters:
        _clusters(mechanism)
    return _refused(path, progress)


def mapping_of(text: str) -> dict[str, str]:
    """``subject=主题,text=正文`` as a mapping. Raises ``BadWord``."""
    pairs = [part.partition("=") for part in text.split(",") if part.strip()]
    if wrong := next((name for name, equals, column in pairs if not (equals and name and column)), None):
        raise BadWord(value=wrong, why="要写成 项=列")
    return {name.strip(): column.strip() for name, _equals, column in pairs}


def _mechanism(type_id: str) -> str:
    from gongzhi.city.mechanisms import library

    found = [held.mechanism.id for held in library.active() if type_id in held.case_types]
    if not found:
        raise NotFilled(what=f"装有“{type_id}”事项的机制", how="请先运行 gongzhi install daye_minqing")
    if len(found) > 1:
        raise BadWord(value="--mechanism", why=f"有几个机制可选：{'、'.join(found)}")
    return found[0]


def _tell(progress: Progress) -> None:
    if not progress.done:
        print(
            f"  到第 {progress.position:,} 行：新收 {progress.taken:,}，已有 {progress.known:,}，"
            f"拒收 {progress.refused:,}",
            flush=True,
        )


def _clusters(mechanism: str) -> None:
    from gongzhi.city.mechanisms import clusters

    print("正在找热点问题……", flush=True)
    found = sorted(clusters.find(mechanism), key=lambda each: -each.heat)
    print(f"热点问题 {len(found)} 个，最热的：" if found else "没有发现热点问题。")
    for cluster in found[:10]:
        print(
            f"  · {cluster.title}（{cluster.size} 件，{cluster.since:%Y-%m-%d} 至 {cluster.until:%Y-%m-%d}）"
        )


def _refused(path: Path, progress: Progress) -> int:
    if not progress.refused:
        return 0
    from gongzhi.city.cases.importing import refusals_csv

    report = path.with_name(f"{path.stem}-拒收.csv")
    folders.write(str(report), "".join(refusals_csv(progress.run)).encode())
    print(f"拒收的行和原因写在 {report}；改好后重新导入同一文件，已收的不会重复。")
    return 1
