"""How the room of simulations refuses."""

from __future__ import annotations

from gongzhi.engine.errors import GongzhiError


class NoSuchSimulation(GongzhiError):
    """No simulation of that number, or none that this post may read."""

    code = "SI006"
    sentence = "没有找到这次模拟。"
    remedy = "请从模拟列表里打开。"
    status = 404


class BadNumber(GongzhiError):
    """A number of the form that is none, or outside its bounds."""

    code = "SI007"
    sentence = "“%(title)s”填的“%(value)s”不对：%(why)s。"
    remedy = "请改好再算；填过的都还在。"
    status = 422


__all__ = ["BadNumber", "NoSuchSimulation"]
