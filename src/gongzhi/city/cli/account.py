"""``gongzhi account``: the first accounts and posts, before anybody can sign in and make others."""

from __future__ import annotations

import argparse
import getpass
import sys
from typing import Any

from gongzhi.city.cli.errors import BadWord
from gongzhi.city.cli.starting import operator, start


def add_arguments(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(title="做什么", metavar="做什么", dest="kind", required=True)
    create = kinds.add_parser("create", help="开一个账号；密码从键盘或标准输入读，不写在命令里")
    create.add_argument("username", metavar="用户名")
    create.add_argument("--name", required=True, metavar="姓名")
    create.add_argument("--no-password", action="store_true", help="只能从统一身份认证登录")
    appoint = kinds.add_parser("appoint", help="任一个岗位")
    appoint.add_argument("username", metavar="用户名")
    appoint.add_argument("role", metavar="角色", help="如 admin、dispatcher、officer")
    appoint.add_argument("--office", default="", metavar="单位编码")
    appoint.add_argument("--area", default="", metavar="区划编码")
    appoint.add_argument("--title", default="", metavar="职务")
    close = kinds.add_parser("close", help="停用一个账号")
    close.add_argument("username", metavar="用户名")
    close.add_argument("--reason", required=True, metavar="原因")
    kinds.add_parser("list", help="账号和现任岗位")


def run(options: argparse.Namespace) -> int:
    """One verb of the people and territory rooms."""
    start()
    {"create": _create, "appoint": _appoint, "close": _close, "list": _list}[options.kind](options)
    return 0


def _create(options: argparse.Namespace) -> None:
    from django.db import IntegrityError

    from gongzhi.city.people.actions import create_account

    password = None if options.no_password else _password()
    try:
        create_account(operator(), username=options.username, name=options.name, password=password)
    except IntegrityError as error:
        raise BadWord(value=options.username, why="已经有人用这个用户名") from error
    print(
        f"开好了 {options.username}（{options.name}）。接着任岗位：gongzhi account appoint {options.username} 角色 --office 单位编码"
    )


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass("密码：")
    if getpass.getpass("再输一遍：") != first:
        raise BadWord(value="密码", why="两遍不一样")
    return first


def _appoint(options: argparse.Namespace) -> None:
    from django.db import IntegrityError

    from gongzhi.city.territory.actions import appoint
    from gongzhi.city.territory.models import Area, Office

    user = _user(options.username)
    office = _one(Office, options.office, "单位") if options.office else None
    area = _one(Area, options.area, "区划") if options.area else None
    if office is None and area is None:
        raise BadWord(value=options.role, why="岗位要有 --office 或 --area")
    try:
        appoint(operator(), user, options.role, office=office, area=area, title=options.title)
    except IntegrityError as error:
        raise BadWord(value=options.role, why=f"{user.name}已经在这个岗位上") from error
    where = " ".join(each.name for each in (office, area) if each)
    print(f"{user.name} 任 {where} {options.title or options.role}。")


def _close(options: argparse.Namespace) -> None:
    from gongzhi.city.people.actions import close_account

    close_account(operator(), _user(options.username), reason=options.reason)
    print(f"{options.username} 停用了；做过的事还在日志里。")


def _list(options: argparse.Namespace) -> None:
    from gongzhi.city.people.models import User
    from gongzhi.city.territory.models import Post, valid

    posts: dict[int, list[str]] = {}
    for post in Post.objects.filter(valid()).select_related("office", "area"):
        where = post.office or post.area
        posts.setdefault(post.user_id, []).append(f"{post.role}@{where.name if where else ''}")
    for user in User.objects.order_by("username").iterator():
        state = "" if user.is_active else "（停用）"
        print(f"{user.username}\t{user.name}{state}\t{'、'.join(posts.get(user.pk, ['没有岗位']))}")


def _user(username: str) -> Any:
    from gongzhi.city.people.models import User

    found = User.objects.filter(username=username).first()
    if found is None:
        raise BadWord(value=username, why="没有这个账号")
    return found


def _one(model: Any, code: str, what: str) -> Any:
    found = model.objects.filter(code=code).first()
    if found is None:
        raise BadWord(value=code, why=f"没有这个{what}")
    return found
