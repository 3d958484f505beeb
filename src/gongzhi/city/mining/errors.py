"""How the mining room refuses."""

from __future__ import annotations

from gongzhi.engine.errors import GongzhiError


class NoSuchStudy(GongzhiError):
    """No study of that number, or none that this post may read: the answer is the same."""

    code = "MI020"
    sentence = "没有找到这次挖掘（%(which)s）。"
    remedy = "请从列表里打开。"
    status = 404


class NoFlow(GongzhiError):
    """The mechanism has no such case type, so there is no picture to compare with."""

    code = "MI021"
    sentence = "机制“%(mechanism)s”没有事项“%(type)s”。"
    remedy = "请从列表里选一个事项。"
    status = 404


class WrongPeriod(GongzhiError):
    """A period ends before it begins, or can't be read."""

    code = "MI022"
    sentence = "时间段“%(text)s”不能用。"
    remedy = "请写成 2024-01-01..2024-06-30，起在前、止在后。"
    status = 422


__all__ = ["NoFlow", "NoSuchStudy", "WrongPeriod"]
