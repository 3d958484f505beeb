"""How a register refuses. Each refusal says what can be done instead."""

from __future__ import annotations

from gongzhi.engine.errors import GongzhiError


class RegisterRefused(GongzhiError):
    """A register that can never work: a key that is no field, a table that isn't there. Data: ``register``, ``why``."""

    code = "G010"
    sentence = "登记簿“%(register)s”有误：%(why)s。"
    remedy = "请用 gongzhi check 查看全部问题，改正后再装。"


class NoSuchState(GongzhiError):
    """The register has no such state. Data: ``register``, ``state``, ``known``."""

    code = "G011"
    sentence = "登记簿“%(register)s”没有“%(state)s”这个状态。"
    remedy = "可用：%(known)s。"


class NoSuchMove(GongzhiError):
    """The register has no such move. Data: ``register``, ``move``, ``may``."""

    code = "G012"
    sentence = "登记簿“%(register)s”没有“%(move)s”这个操作。"
    remedy = "现在可以：%(may)s。"
    status = 422


class MoveNotFromHere(GongzhiError):
    """The move exists but not from this state. Data: ``move``, ``state``, ``may``."""

    code = "G013"
    sentence = "这条记录现在是“%(state)s”，不能“%(move)s”。"
    remedy = "现在可以：%(may)s。请刷新后再看。"
    status = 409


class MoveNotYours(GongzhiError):
    """The role is not among those that may make the move. Data: ``move``, ``role``, ``by``."""

    code = "G014"
    sentence = "“%(role)s”不能“%(move)s”。"
    remedy = "可以这样做的有：%(by)s。"
    status = 403


__all__ = ["MoveNotFromHere", "MoveNotYours", "NoSuchMove", "NoSuchState", "RegisterRefused"]
