"""How the watches room refuses."""

from __future__ import annotations

from gongzhi.engine.errors import GongzhiError


class NotationError(GongzhiError):
    """A series of a scenario that nobody can read."""

    code = "WA001"
    sentence = "“%(text)s”不是能读懂的数列。"
    remedy = "请写成“2025-01-01 00:00 28*[32x1 64x10] 4x- 8x0”：次数x数值，- 是缺数，N*[ ] 是重复，多段用分号隔开。"
    status = 422


class NoNumber(GongzhiError):
    """A parameter of a watch came to something that is no number."""

    code = "WA002"
    sentence = "规则“%(watch)s”的参数 %(name)s 对“%(subject)s”算出来不是数。"
    remedy = "请核对登记簿里的值，或规则里的算式。"
    status = 422


class BadWindow(GongzhiError):
    """A declaration or an order whose time nobody can read."""

    code = "WA003"
    sentence = "登记簿“%(register)s”的“%(key)s”的起止时间读不懂：%(text)s。"
    remedy = "请写成“2024-09-30 16:00”或日期。"
    status = 422


__all__ = ["BadWindow", "NoNumber", "NotationError"]
