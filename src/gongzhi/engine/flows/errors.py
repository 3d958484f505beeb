"""Every way in which a flow refuses, one class per failure; codes ``W001`` and up."""

from __future__ import annotations

from gongzhi.engine.errors import GongzhiError


class NoSuchToken(GongzhiError):
    """An event names a token that is not (or no longer) open."""

    code, status = "W001", 409
    sentence = "第%(token)s号任务已经不在办理中。"
    remedy = "可能已被他人办理，请刷新后再看。"


class UnknownChoice(GongzhiError):
    """The step of the token has no such choice."""

    code = "W002"
    sentence = "步骤“%(step)s”没有办法“%(choice)s”。"
    remedy = "可选：%(choices)s。"


class NotNow(GongzhiError):
    """The condition (``when``) of the choice does not hold for the data."""

    code, status = "W003", 409
    sentence = "现在不能选“%(choice)s”：条件“%(condition)s”不成立。"
    remedy = "请改选其他办法，或先补齐所需内容。"


class TooOften(GongzhiError):
    """The choice was taken ``at_most`` times already and names no ``then``."""

    code, status = "W004", 409
    sentence = "“%(choice)s”最多%(at_most)s次，已经用完。"
    remedy = "请改选其他办法。"


class NotAList(GongzhiError):
    """The field that ``each`` names holds no list."""

    code = "W005"
    sentence = "步骤“%(step)s”要按“%(field)s”逐项办理，但它不是列表。"
    remedy = "请把它填成列表。"


class DeadEnd(GongzhiError):
    """The event would leave the flow with nothing open and no end reached."""

    code, status = "W006", 409
    sentence = "这样做会让流程停在半路：没有任何步骤可办，也没有办结。"
    remedy = "请用 gongzhi check 检查流程：%(hint)s。"


class EndlessPass(GongzhiError):
    """Gateways and events without work form a circle that the token never leaves."""

    code = "W007"
    sentence = "流程在“%(node)s”附近空转，停不下来。"
    remedy = "请在环上加一个要人办理的步骤或退出条件。"


class NoWayOut(GongzhiError):
    """No condition of an exclusive or inclusive gateway holds, and it has no default."""

    code = "W008"
    sentence = "网关“%(node)s”的条件都不成立，也没有默认出口。"
    remedy = "请给网关加一个默认出口。"


class UnknownTimer(GongzhiError):
    """The step of the token has no such timer."""

    code = "W009"
    sentence = "步骤“%(step)s”没有定时“%(timer)s”。"
    remedy = "请检查定时的编号。"


class UnreadableState(GongzhiError):
    """A dumped state does not belong to this flow or is damaged."""

    code = "W010"
    sentence = "流程状态读不出来：%(why)s。"
    remedy = "请运行 gongzhi doctor 核对存档。"


class UnreadableModel(GongzhiError):
    """The bytes are no BPMN 2.0 model that can be read safely."""

    code = "W011"
    sentence = "这不是可用的 BPMN 2.0 文件：%(why)s。"
    remedy = "请从建模工具重新导出为 BPMN 2.0 XML。"
