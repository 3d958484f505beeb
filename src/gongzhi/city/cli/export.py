"""``gongzhi export cases|records|journal|mechanism|site``: a list, the record, a mechanism for the next city, or all of them to read."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from gongzhi.city.cli import folders, registers
from gongzhi.city.cli.starting import operator, start

KINDS = ("cases", "records", "journal", "mechanism", "site")


def words(said: list[str]) -> list[str]:
    """The short forms: ``export --site FOLDER`` and ``export ID --package FILE``."""
    place = said.index("export") + 1
    rest = said[place:]
    if rest[:1] == ["--site"]:
        return [*said[:place], "site", *rest[1:]]
    if not rest or rest[0].startswith("-") or rest[0] in KINDS:
        return said
    more = ["-o" if word == "--package" else word for word in rest[1:]]
    return [*said[:place], "mechanism", rest[0], "--package", *more]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(title="导出什么", metavar="种类", dest="kind", required=True)
    cases = kinds.add_parser("cases", help="事项清单（CSV，不含个人信息）")
    cases.add_argument("--state", choices=("all", "open", "ended"), default="all", help="全部、在办、办结")
    records = kinds.add_parser("records", help="登记簿（XLSX，不含个人信息；改好可以再导入）")
    records.add_argument("register", metavar="登记簿", help="登记簿编号，如 service_items")
    records.add_argument("--state", default="", metavar="状态", help="只要这个状态的")
    records.add_argument(
        "--purpose", default="", metavar="用途", help="做什么用；涉及个人的登记簿必须写，会记入日志"
    )
    journal = kinds.add_parser("journal", help="日志（每行一条 JSON，连同散列，可独立核对）")
    journal.add_argument("--subject", default="", metavar="对象", help="只要这一件，如 case:编号")
    mechanism = kinds.add_parser("mechanism", help="装着的机制（zip，另一个城市可以直接 install）")
    mechanism.add_argument("id", metavar="编号", help="机制编号")
    mechanism.add_argument(
        "--package", action="store_true", help="签名的移交包（.gongzhi）：来历、成效、适配点都在里面"
    )
    mechanism.add_argument("--version", default="", metavar="版本", help="默认现行版本")
    site = kinds.add_parser("site", help="机制库静态网站，不要服务器")
    site.add_argument("folder", type=Path, metavar="文件夹")
    site.add_argument("ids", nargs="*", metavar="编号", help="只要这些机制；默认全部装着的")
    for each in (cases, records, journal, mechanism):
        each.add_argument("-o", "--output", default="", metavar="文件", help="写到文件；不写就打印")


def run(options: argparse.Namespace) -> int:
    """Streams, so that a million rows need no memory; a file appears whole or not at all."""
    start()
    if options.kind == "site":
        return _site(options)
    if options.kind == "mechanism" and options.package:
        return _package(options)
    kinds = {
        "cases": _cases,
        "records": registers.export_records,
        "journal": _journal,
        "mechanism": _mechanism,
    }
    parts = kinds[options.kind](options)
    if not options.output:
        for part in parts:
            sys.stdout.buffer.write(part)
        sys.stdout.buffer.flush()
        return 0
    path = Path(options.output)
    draft = path.with_name(f".{path.name}.part")
    try:
        with draft.open("wb") as stream:
            size = sum(stream.write(part) for part in parts)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    print(f"已写到 {path}（{size:,} 字节）")
    return 0


def _cases(options: argparse.Namespace) -> Iterator[bytes]:
    from gongzhi.city.cases.queries import CaseFilter, export_csv

    for line in export_csv(operator(), CaseFilter(state=options.state)):
        yield line.encode()


def _journal(options: argparse.Namespace) -> Iterator[bytes]:
    from django.core.serializers.json import DjangoJSONEncoder

    from gongzhi.city.journal.models import Entry

    entries = Entry.objects.order_by("id")
    if options.subject:
        entries = entries.filter(subject=options.subject)
    names = [field.attname for field in Entry._meta.concrete_fields if field.attname != "id"]
    for entry in entries.iterator(chunk_size=2000):
        values = {name: getattr(entry, name) for name in names}
        yield (json.dumps(values, cls=DjangoJSONEncoder, ensure_ascii=False) + "\n").encode()


def _mechanism(options: argparse.Namespace) -> Iterator[bytes]:
    from gongzhi.city.mechanisms import library
    from gongzhi.engine.mechanisms import pack

    yield pack(library.one(options.id, options.version).mechanism)


def _package(options: argparse.Namespace) -> int:
    """The signed package, as a file: nobody wants to see it on the screen."""
    from gongzhi.city.exchange.exporting import export

    made = export(options.id, options.version, by=operator())
    name = options.output or made.name
    folders.write(name, made.content)
    print(f"已写到 {name}（{len(made.content):,} 字节），签名密钥指纹 {made.fingerprint}")
    return 0


def _site(options: argparse.Namespace) -> int:
    from gongzhi.city.exchange.site import write

    done = write(options.folder, options.ids, by=operator())
    print(
        f"机制库写到 {options.folder}：{done.mechanisms} 个机制，{done.files} 个文件。打开 index.html 就能看。"
    )
    return 0
