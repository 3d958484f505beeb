"""``gongzhi seals``: seal certificates — list, import, issue, renew, suspend, resume, revoke; seal again what waits."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gongzhi.city.cli.errors import BadWord
from gongzhi.city.cli.starting import operator, start

if TYPE_CHECKING:
    from gongzhi.city.documents.models import SealCertificate
    from gongzhi.city.territory.models import Office


def add_arguments(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(title="做什么", metavar="做什么", dest="kind", required=True)
    kinds.add_parser("list", help="全部印章证书")
    taken = kinds.add_parser("import", help="导入正式证书（PKCS#12）；口令从键盘或标准输入读")
    taken.add_argument("office", metavar="单位编码")
    taken.add_argument("file", type=Path, metavar="文件")
    made = kinds.add_parser("issue", help="由本市自建机构签发一张（演示、试用）")
    made.add_argument("office", metavar="单位编码")
    for each in (taken, made):
        each.add_argument("--blue", action="store_true", help="蓝章：模拟审批专用")
        each.add_argument("--person", default="", metavar="姓名", help="个人签名证书，不是单位印章")
    for verb, words in (("renew", "换发"), ("suspend", "停用"), ("resume", "恢复使用"), ("revoke", "吊销")):
        change = kinds.add_parser(verb, help=words)
        change.add_argument("seal", type=int, metavar="证书号", help="gongzhi seals list 的第一列")
        change.add_argument("--reason", default="", metavar="原因")
    kinds.add_parser("retry", help="给等待盖章的文书补盖")


def run(options: argparse.Namespace) -> int:
    """One verb of the documents room."""
    start()
    VERBS[options.kind](options)
    return 0


def _list(options: argparse.Namespace) -> None:
    from gongzhi.city.documents import queries

    for row in queries.seals(operator()):
        days = f"{row.not_before:%Y-%m-%d} 至 {row.not_after:%Y-%m-%d}"
        own = "自建" if row.local else row.issuer
        print(f"{row.pk:>5}  {row.get_status_display()}  {row}  {row.get_kind_display()}  {days}  {own}")


def _import(options: argparse.Namespace) -> None:
    from gongzhi.city.documents.actions import import_certificate

    password = getpass.getpass("证书口令：") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    row = import_certificate(
        operator(), _office(options), options.file.read_bytes(), password, **_use(options)
    )
    print(f"导入了 {row}，证书号 {row.pk}，到 {row.not_after:%Y-%m-%d}。")


def _issue(options: argparse.Namespace) -> None:
    from gongzhi.city.documents.actions import issue_certificate

    row = issue_certificate(operator(), _office(options), **_use(options))
    print(f"签发了 {row}，证书号 {row.pk}，到 {row.not_after:%Y-%m-%d}。这是演示证书，只有本市自己认。")


def _change(options: argparse.Namespace) -> None:
    from gongzhi.city.documents import actions

    row = _seal(options.seal)
    if options.kind == "renew":
        new = actions.renew_certificate(operator(), row)
        print(f"换发了 {new}，证书号 {new.pk}，到 {new.not_after:%Y-%m-%d}。")
        return
    change = {
        "suspend": actions.suspend_certificate,
        "resume": actions.resume_certificate,
        "revoke": actions.revoke_certificate,
    }[options.kind]
    change(operator(), row, options.reason)
    print(f"{row}：{row.get_status_display()}。")


def _retry(options: argparse.Namespace) -> None:
    from gongzhi.city.mechanisms import sealing_papers
    from gongzhi.city.mechanisms.models import Paper

    waiting = Paper.objects.filter(state=Paper.State.WAITING).order_by("id")
    sealed = sum(
        sealing_papers.retry(operator(), paper) == Paper.State.SEALED for paper in waiting.iterator()
    )
    left = waiting.count()
    print(f"补盖了 {sealed} 份。" + (f"还有 {left} 份在等，原因见 gongzhi doctor。" if left else ""))


def _office(options: argparse.Namespace) -> Office:
    from gongzhi.city.territory.models import Office

    row = Office.objects.select_related("area").filter(code=options.office).first()
    if row is None:
        raise BadWord(value=options.office, why="没有这个编码的单位")
    return row


def _seal(number: int) -> SealCertificate:
    from gongzhi.city.documents import queries

    row = queries.seals(operator()).filter(pk=number).first()
    if row is None:
        raise BadWord(value=str(number), why="没有这张证书")
    return row


def _use(options: argparse.Namespace) -> dict[str, Any]:
    made = {"ink": "blue" if options.blue else "red"}
    return {**made, "kind": "person", "name": options.person} if options.person else made


VERBS = {
    "list": _list,
    "import": _import,
    "issue": _issue,
    "renew": _change,
    "suspend": _change,
    "resume": _change,
    "revoke": _change,
    "retry": _retry,
}
