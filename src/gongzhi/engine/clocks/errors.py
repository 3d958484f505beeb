"""How a clock refuses a mark."""

from gongzhi.engine.errors import GongzhiError


class PauseNotAllowed(GongzhiError):
    """A pause whose reason is not on the closed list of the case type; a citizen clock has an empty list."""

    code = "K020"
    sentence = "不能以“%(reason)s”为由暂停计时。"
    remedy = "可以暂停的理由只有：%(allowed)s。"
    status = 409


class ExtensionTooLate(GongzhiError):
    """An extension after the limit had passed."""

    code = "K021"
    sentence = "期限已于%(due)s届满，不能再延期。"
    remedy = "延期要在届满之前提出并批准；请尽快办结并说明超期原因。"
    status = 409


class MarkOutOfOrder(GongzhiError):
    """A mark that cannot follow the ones before: resume without a pause, a second start, an earlier time …"""

    code = "K022"
    sentence = "%(at)s不能记“%(kind)s”：%(why)s。"
    remedy = "请核对计时记录的先后和种类。"
    status = 409


class ExtensionWithoutSpan(GongzhiError):
    """An extension that does not say by how much."""

    code = "K023"
    sentence = "延期没有写明延长多久。"
    remedy = "请写明延长的期限，例如“3个工作日”。"


__all__ = ["ExtensionTooLate", "ExtensionWithoutSpan", "MarkOutOfOrder", "PauseNotAllowed"]
