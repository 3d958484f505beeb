"""``gongzhi feeds``: what comes in from outside: import a file, listen to a broker, look again, one file per day."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

from gongzhi.city.cli.errors import NoSuchPath, NotFilled
from gongzhi.city.cli.starting import operator, start

if TYPE_CHECKING:
    from gongzhi.city.alerts.models import Batch


def add_arguments(parser: argparse.ArgumentParser) -> None:
    deeds = parser.add_subparsers(title="做什么", metavar="动作", dest="deed", required=True)
    deeds.add_parser("list", help="列出数据来源和最近收到的")
    one = deeds.add_parser("import", help="导入一个文件，收完为止；同一个文件再导不会重复")
    one.add_argument("feed", metavar="来源", help="机制.来源，如 power_watch.power")
    one.add_argument("file", metavar="文件", help="CSV（也可 .gz）、XLSX 或 Parquet")
    again = deeds.add_parser("retry", help="把放一边的数据重新核对")
    again.add_argument("batch", metavar="批次", type=int)
    listen = deeds.add_parser("mqtt", help="从消息队列接收（GONGZHI_MQTT），直到被停下")
    listen.add_argument("--broker", default="", metavar="地址", help="mqtt://用户:口令@主机:1883/前缀")
    listen.add_argument(
        "--name", default="gongzhi-feeds", metavar="名称", help="会话名，断线期间队列替它留着"
    )
    listen.add_argument("--store", action="store_true", help="收到就入库，不等后台作业")
    tidy = deeds.add_parser("compact", help="把每天的数据并成一个文件")
    tidy.add_argument("feed", metavar="来源", nargs="?", default="")


def run(options: argparse.Namespace) -> int:
    """1 when a file could not be read, or rows were kept apart."""
    start()
    deeds = {"list": _list, "import": _import, "retry": _retry, "mqtt": _listen, "compact": _compact}
    return deeds[options.deed](options)


def _list(options: argparse.Namespace) -> int:
    from django.utils.timezone import localtime

    from gongzhi.city.alerts import catalogue, readings

    for each in catalogue.offered():
        last = readings.latest(each.name) if each.spec.kind == "series" else None
        told = f"最新 {localtime(last):%Y-%m-%d %H:%M}" if last else "还没有数据"
        print(f"{each.name}  {each.spec.title}（{each.spec.source}）  {told}")
    return 0


def _import(options: argparse.Namespace) -> int:
    path = Path(options.file)
    if not path.is_file():
        raise NoSuchPath(path=options.file, kind="文件")
    from gongzhi.city.alerts import actions

    began = time.perf_counter()
    with path.open("rb") as stream:
        made = actions.receive(
            operator(), options.feed, content=stream, name=path.name, channel="command", later=False
        )
    return _told(actions.store(made.pk), time.perf_counter() - began)


def _retry(options: argparse.Namespace) -> int:
    from gongzhi.city.alerts import actions

    began = time.perf_counter()
    made = actions.retry(operator(), options.batch, later=False)
    return _told(actions.store(made.pk), time.perf_counter() - began)


def _told(batch: Batch, seconds: float) -> int:
    """What became of a batch, in words."""
    if batch.trouble:
        print(f"第 {batch.pk} 批：{batch.trouble}")
    numbers = f"新收 {batch.added:,}，重复 {batch.same:,}，改正 {batch.replaced:,}，放一边 {batch.apart:,}"
    speed = f"{seconds:.1f} 秒，每秒 {batch.rows / max(seconds, 0.001):,.0f} 行"
    print(f"第 {batch.pk} 批：{batch.rows:,} 行，{numbers}（{speed}）")
    for finding in batch.findings.order_by("kind", "-count")[:20]:
        count = f"{finding.count}"
        if finding.kind == finding.Kind.CLOCK:
            count = f"{'慢' if finding.count < 0 else '快'}{finding.minutes}分钟"
        print(f"  · {finding.get_kind_display()} {finding.series} {count}")
    return 1 if batch.trouble or batch.apart else 0


def _listen(options: argparse.Namespace) -> int:
    from django.conf import settings

    from gongzhi.city.alerts.listening import Broker, Listener
    from gongzhi.city.cli.stopping import told_to_stop

    address = options.broker or settings.GONGZHI_MQTT
    if not address:
        raise NotFilled(what="消息队列的地址", how="请设置 GONGZHI_MQTT=mqtt://主机:1883/gongzhi")
    listener = Listener(Broker.of(address), operator(), name=options.name, at_once=options.store)
    print("正在接收。", flush=True)
    kept = listener.run(told_to_stop())
    print(f"收了 {kept:,} 条消息。")
    return 0


def _compact(options: argparse.Namespace) -> int:
    from gongzhi.city.alerts import catalogue, readings

    wanted = [catalogue.one(options.feed)] if options.feed else catalogue.offered()
    for each in wanted:
        if each.spec.kind == "series":
            print(f"{each.name}：并了 {readings.compact(each.name)} 天")
    return 0
