"""How a recurrence refuses. Each refusal says what can be written instead."""

from __future__ import annotations

from gongzhi.engine.errors import GongzhiError


class BadRecurrence(GongzhiError):
    """A recurrence that nobody can follow. Data: ``text``, ``why``."""

    code = "K030"
    sentence = "“%(text)s”不是能照着做的周期：%(why)s。"
    remedy = "请按 RFC 5545 写，例如 FREQ=WEEKLY;BYDAY=FR（每周五）、FREQ=WEEKLY;INTERVAL=2;BYDAY=MO（隔周一）、FREQ=MONTHLY;BYMONTHDAY=-1（每月最后一天）。"


class NeverComes(GongzhiError):
    """A recurrence that can be read and has no day at all. Data: ``text``."""

    code = "K031"
    sentence = "照“%(text)s”，没有一天轮得到。"
    remedy = "请核对月份、日期和起算日，例如二月没有三十日。"
