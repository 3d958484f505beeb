"""How the comparisons room refuses."""

from __future__ import annotations

from gongzhi.engine.errors import GongzhiError


class NoSuchComparison(GongzhiError):
    """No comparison of that name in any mechanism that runs here."""

    code = "CO001"
    sentence = "没有找到这个比对。"
    remedy = "请从比对列表里打开；机制停用了的比对不能再做。"
    status = 404


class PurposeNeeded(GongzhiError):
    """A comparison opens what is sealed about people: it says what for."""

    code = "CO002"
    sentence = "请写明为什么比对、依据哪份文件（至少四个字）。"
    remedy = "比对要打开名单和底数里的身份信息，用途会一直留在记录里。"
    status = 422


class StillRunning(GongzhiError):
    """The same comparison has been asked for and is not done."""

    code = "CO003"
    sentence = "这个比对正在做，等它做完再发起。"
    remedy = "刷新页面看进度。"
    status = 409
