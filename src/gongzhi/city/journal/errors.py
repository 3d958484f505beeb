"""How the journal refuses."""

from __future__ import annotations

from gongzhi.engine.errors import GongzhiError


class NotInTransaction(GongzhiError):
    """``append`` was called outside a transaction: the fact and the rows that it is about would part ways in a crash."""

    code = "J001"
    sentence = "写日志(%(subject)s)必须与业务数据在同一个事务里。"
    status = 500


class Overtaken(GongzhiError):
    """Somebody else appended to the subject after the caller read it."""

    code = "J002"
    sentence = "这件事刚刚被别人更新过。"
    remedy = "请刷新页面，看过最新情况后再操作。您填写的内容没有丢失。"
    status = 409


class NotAnchored(GongzhiError):
    """A proof was asked for an entry that no anchor covers yet."""

    code = "J003"
    sentence = "%(subject)s 的第%(seq)d条记录还没有存证。"
    remedy = "存证每小时做一次，请稍后再试。"
    status = 404
