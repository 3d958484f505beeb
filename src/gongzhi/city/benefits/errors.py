"""How the benefits room refuses; what a programme itself refuses is ``engine.benefits.errors``."""

from __future__ import annotations

from gongzhi.engine.errors import GongzhiError


class NoSuchProgramme(GongzhiError):
    """No programme of that name in any mechanism that runs here."""

    code = "BE001"
    sentence = "没有找到这个待遇项目。"
    remedy = "请从待遇列表里打开；机制停用了的项目不再发放。"
    status = 404


class NoSuchBenefitRow(GongzhiError):
    """No entitlement, run or line of this number, or none that this person may see: the answer is the same."""

    code = "BE002"
    sentence = "没有找到这一条待遇记录。"
    remedy = "请从待遇或发放的列表里打开。"
    status = 404


class NoSuchPerson(GongzhiError):
    """The key is nobody's in the people register."""

    code = "BE003"
    sentence = "人员登记簿里没有“%(person)s”。"
    remedy = "请核对编号；没有登记的人先登记。"
    status = 404


class SamePerson(GongzhiError):
    """Who made a list does not approve it."""

    code = "BE004"
    sentence = "造册和复核不能是同一个人。"
    remedy = "请另一个有复核权的人来复核。"
    status = 409


class WrongMoment(GongzhiError):
    """The run is not in the state that this needs."""

    code = "BE005"
    sentence = "这份发放册现在是“%(state)s”，不能%(deed)s。"
    remedy = "请刷新页面，看它办到了哪一步。"
    status = 409


class OneAtATime(GongzhiError):
    """Another run of the programme is open, or the month has been paid."""

    code = "BE006"
    sentence = "%(month)s已经造过册，或者上一份还没有复核完。"
    remedy = "先把上一份复核或者作废；漏发、少发的会在下一个月一起补。"
    status = 409


class MonthOver(GongzhiError):
    """A month before the last one paid, or one that has not begun."""

    code = "BE007"
    sentence = "%(month)s不能造册。"
    remedy = "只能造已经开始的月份，而且要晚于最近发过的那个月；以前的差额会在下一个月一起补。"
    status = 422


class SayWhy(GongzhiError):
    """A decision about somebody's money says why."""

    code = "BE008"
    sentence = "请写明原因或依据（至少四个字）。"
    remedy = "写清楚依据的文件或者发生了什么，本人看得到。"
    status = 422


class NoSuchParameter(GongzhiError):
    """The programme has no parameter of that name, or the value is no number."""

    code = "BE009"
    sentence = "“%(name)s”不是这个待遇项目的标准，或者数值不对。"
    remedy = "请从页面上列出的标准里选，填数字。"
    status = 422


class TooMuchBack(GongzhiError):
    """More is said to have come back than was paid too much."""

    code = "BE010"
    sentence = "收回的钱不能多于多发的 %(owes)s 元。"
    remedy = "请核对金额。"
    status = 422


class AskedTooSoon(GongzhiError):
    """The same what-if is being reckoned."""

    code = "BE011"
    sentence = "上一次测算还没有算完。"
    remedy = "等它算完再问，刷新页面看进度。"
    status = 409
