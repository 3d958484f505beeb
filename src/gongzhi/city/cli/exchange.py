"""``gongzhi exchange``: the city's key, the cities that are trusted, packages on their way in."""

from __future__ import annotations

import argparse
from pathlib import Path

from gongzhi.city.cli.starting import operator, start


def add_arguments(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(title="做什么", metavar="做什么", dest="kind", required=True)
    kinds.add_parser("key", help="本市的公钥和指纹；第一次用时生成")
    kinds.add_parser("rotate", help="换一把密钥；别的城市要重新核对指纹")
    kinds.add_parser("cities", help="信任哪些城市")
    trust = kinds.add_parser("trust", help="信任一个城市的公钥")
    trust.add_argument("public", metavar="公钥", help="64位十六进制，或对方的 .gongzhi 文件")
    trust.add_argument("--name", required=True, metavar="城市")
    trust.add_argument("--code", default="", metavar="区划代码")
    trust.add_argument("--how", required=True, metavar="怎样核对的", help="和谁、哪一天、用什么方式")
    revoke = kinds.add_parser("revoke", help="不再信任")
    revoke.add_argument("fingerprint", metavar="指纹")
    revoke.add_argument("--reason", required=True, metavar="原因")
    kinds.add_parser("imports", help="导入过哪些包，到哪一步")


def run(options: argparse.Namespace) -> int:
    """One verb of the exchange room."""
    start()
    _VERBS[options.kind](options)
    return 0


def _key(options: argparse.Namespace) -> None:
    from gongzhi.city.exchange import keys
    from gongzhi.city.exchange.city import here
    from gongzhi.engine.mechanisms.packages import spaced

    row = keys.rotate(operator()) if options.kind == "rotate" else keys.current(operator())
    print(f"{here().name} {here().code}\n公钥 {row.public}\n指纹 {spaced(row.fingerprint)}")
    if options.kind == "rotate":
        print("旧密钥签过的包仍然认得；请把新指纹告诉别的城市。")


def _cities(options: argparse.Namespace) -> None:
    from gongzhi.city.exchange.models import TrustedCity

    for row in TrustedCity.objects.order_by("name", "id"):
        state = f"不再信任：{row.reason}" if row.revoked_at else f"信任，{row.how}"
        print(f"{row.name} {row.code}  {row.fingerprint}  {state}")


def _trust(options: argparse.Namespace) -> None:
    from gongzhi.city.exchange.actions import trust
    from gongzhi.engine.mechanisms import packages

    public = options.public
    if Path(public).is_file():
        public = packages.signature_of(packages.read(Path(public).read_bytes())).key.hex()
    row = trust(operator(), name=options.name, code=options.code, public=public, how=options.how)
    print(f"信任了{row.name}，指纹 {packages.spaced(row.fingerprint)}")


def _revoke(options: argparse.Namespace) -> None:
    from gongzhi.city.exchange.actions import revoke

    revoke(operator(), options.fingerprint.replace(" ", ""), options.reason)
    print("不再信任；已经装上的机制不受影响。")


def _imports(options: argparse.Namespace) -> None:
    from gongzhi.city.exchange.models import Import

    for row in Import.objects.order_by("-id").defer("archive")[:100]:
        print(
            f"{row.pk:>5}  {row.get_state_display()}  {row.mechanism} {row.local_version or row.version}  {row.at:%Y-%m-%d}"
        )


_VERBS = {
    "key": _key,
    "rotate": _key,
    "cities": _cities,
    "trust": _trust,
    "revoke": _revoke,
    "imports": _imports,
}
