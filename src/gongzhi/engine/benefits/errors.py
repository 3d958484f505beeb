"""How the benefits room refuses."""

from __future__ import annotations

from gongzhi.engine.errors import GongzhiError


class NotEntitled(GongzhiError):
    """A decision grants what the programme's own conditions do not give."""

    code = "BE021"
    sentence = "不符合“%(programme)s”的条件：%(because)s。"
    remedy = "条件看的是登记簿里的数；数不对，先到源头更正。"
    status = 409


class HasItAlready(GongzhiError):
    """One person has one entitlement of a programme at a time."""

    code = "BE022"
    sentence = "已经在享受“%(programme)s”了，不用再办。"
    remedy = "可以在待遇页面看发到哪个月。"
    status = 409


class Overlapping(GongzhiError):
    """Two programmes that can't be had together."""

    code = "BE023"
    sentence = "正在享受“%(other)s”，不能同时享受“%(programme)s”。"
    remedy = "要换成这一项，请先停了那一项。"
    status = 409


class HasNone(GongzhiError):
    """What is to be stopped is not there."""

    code = "BE024"
    sentence = "没有在享受“%(programme)s”，没有可停的。"
    remedy = "可能已经停了，请刷新页面看看。"
    status = 409


class NotInSql(GongzhiError):
    """An expression of a programme uses what the what-if can't reckon for a million people."""

    code = "BE025"
    sentence = "“%(text)s”里的%(what)s不能用来测算。"
    remedy = (
        "待遇项目的条件只用：加减乘除、比较、in、between、and、or、not、if、min、max、abs、floor、ceiling、"
        "turns、this_month、next_month、month_end、years_between、months_between。"
    )
    status = 422


class ProgrammeWrong(GongzhiError):
    """A programme names a table or an output that is not there, or a value comes to nothing."""

    code = "BE026"
    sentence = "待遇项目“%(programme)s”不能用：%(why)s。"
    remedy = "请照 programmes 的写法改。"
    status = 422


__all__ = ["HasItAlready", "HasNone", "NotEntitled", "NotInSql", "Overlapping", "ProgrammeWrong"]
