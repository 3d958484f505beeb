"""How alerts and watches refuse (AL030-AL059)."""

from __future__ import annotations

from gongzhi.engine.errors import GongzhiError


class NoSuchAlert(GongzhiError):
    """No alert of that number, or none that the post may see."""

    code = "AL030"
    sentence = "没有找到这条预警。"
    remedy = "请从预警列表里打开。"
    status = 404


class NoSuchWatch(GongzhiError):
    """No watch of that name in any mechanism that runs here."""

    code = "AL031"
    sentence = "没有找到预警规则“%(watch)s”。"
    remedy = "请从规则列表里打开；机制停用了的规则不再报警。"
    status = 404


class DaysWrong(GongzhiError):
    """Days to be computed that lie in the future, in the wrong order, or are too many."""

    code = "AL032"
    sentence = "日期不对：从%(first)s到%(last)s。"
    remedy = "请写不晚于今天的日期，一次最多四百天。"
    status = 422


class AlreadyRunning(GongzhiError):
    """Somebody else computes the watches."""

    code = "AL033"
    sentence = "预警正在计算。"
    remedy = "请等它算完再来；重算得到的还是同样的预警。"
    status = 409


__all__ = ["AlreadyRunning", "DaysWrong", "NoSuchAlert", "NoSuchWatch"]
