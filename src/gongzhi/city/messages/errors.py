"""How messages refuse."""

from __future__ import annotations

from gongzhi.engine.errors import GongzhiError


class NotPlain(GongzhiError):
    """Words for a text message that hold a phone, identity, card or plate number, or are too long for one message."""

    code = "L001"
    sentence = "这段话不能用短信发：%(why)s。"
    remedy = "短信只写编号和大白话，内容请对方登录后查看。"
    status = 422


class NoSuchMessage(GongzhiError):
    """No message of that id, or none that this person may see."""

    code = "L002"
    sentence = "没有找到这条消息。"
    remedy = "请刷新后再看。"
    status = 404


class NobodyToCall(GongzhiError):
    """A call without a single person in it."""

    code = "L003"
    sentence = "没有可以叫的人。"
    remedy = "请先在值班表上写明值班人员，或者打电话。"
    status = 422


class NotFailed(GongzhiError):
    """Asked to send again what has not failed."""

    code = "L004"
    sentence = "这条消息没有失败，不用重发。"
    remedy = "请刷新后再看。"
    status = 409


class UnknownChannel(GongzhiError):
    """A way of reaching people that this city has not connected."""

    code = "L005"
    sentence = "没有“%(channel)s”这个渠道。"
    remedy = "可用：%(known)s。接通渠道见设置 GONGZHI_MESSAGES。"
    status = 422
