"""How the duty room refuses."""

from __future__ import annotations

from gongzhi.engine.errors import GongzhiError


class NoDutyRoom(GongzhiError):
    """No duty room, or none that this person may see: the answer is the same."""

    code = "Y001"
    sentence = "没有找到这个值班室。"
    remedy = "请先设置值班室：谁的、电话多少、多久没有接班就提醒。"
    status = 404


class NoSuchShift(GongzhiError):
    """No shift of that id in the room."""

    code = "Y002"
    sentence = "没有找到这个班次。"
    remedy = "请刷新值班表后再看。"
    status = 404


class ShiftTaken(GongzhiError):
    """The shift was taken over already: two people can't both be responsible."""

    code = "Y003"
    sentence = "“%(shift)s”已由%(name)s在%(at)s接班。"
    remedy = "不用再接；要换人请走换班。"
    status = 409


class TooEarly(GongzhiError):
    """A shift that begins later than people may take it over."""

    code = "Y004"
    sentence = "“%(shift)s”%(starts)s才开始。"
    remedy = "最多提前%(early)d分钟接班。"
    status = 409


class ShiftGone(GongzhiError):
    """A shift that is over can't be taken over any more: nothing is dated back."""

    code = "Y005"
    sentence = "“%(shift)s”已经过去，不能补接班。"
    remedy = "请接现在的班；没有接班的那一段，由上一班负责，记录不改。"
    status = 409


class NotOnShift(GongzhiError):
    """Somebody takes over or hands over a shift in which they have no place."""

    code = "Y006"
    sentence = "您不在“%(shift)s”的值班表上。"
    remedy = "在表上的有：%(who)s。临时替班请先办换班。"
    status = 403


class NotHandedOver(GongzhiError):
    """The shift before has not signed, and nothing says why."""

    code = "Y007"
    sentence = "上一班（%(who)s）还没有签字交班。"
    remedy = "请上一班先交班；确实联系不上的，写明原因后接班。"
    status = 409


class NotResponsible(GongzhiError):
    """A handover of a shift that isn't the responsible one."""

    code = "Y008"
    sentence = "“%(shift)s”现在不是当班，不能交班。"
    remedy = "当班的是：%(who)s。"
    status = 409


class ShiftsOverlap(GongzhiError):
    """Two shifts of a room at the same time."""

    code = "Y009"
    sentence = "%(starts)s的班次与“%(other)s”时间重叠。"
    remedy = "请改开始或结束时间，一个时刻只能有一个班负责。"
    status = 409


class TwiceOnDuty(GongzhiError):
    """One person in two shifts at the same time."""

    code = "Y010"
    sentence = "%(name)s在%(at)s已排“%(other)s”，不能同时值两个班。"
    remedy = "请换一个人，或者改时间。"
    status = 409


class WordsMissing(GongzhiError):
    """Words that are needed and absent, or more than fit."""

    code = "Y011"
    sentence = "请填写“%(what)s”，最多%(limit)d字。"
    remedy = "填好后再提交，其他内容没有丢。"
    status = 422


class SettledAlready(GongzhiError):
    """A line of the log that is settled, or was never open."""

    code = "Y012"
    sentence = "这一条已经了结，或者不用跟进。"
    remedy = "请刷新后再看。"
    status = 409


class SwapDecided(GongzhiError):
    """A swap that was decided, or a place that somebody else has now."""

    code = "Y013"
    sentence = "这次换班已经有了结论，或者班次已经开始。"
    remedy = "请刷新后再看。"
    status = 409


class OwnSwap(GongzhiError):
    """Somebody decides a swap that they asked for or profit from."""

    code = "Y014"
    sentence = "自己提的、与自己有关的换班，要由别人批准。"
    remedy = "请另一位值班长或领导批准。"
    status = 403


class BadRoster(GongzhiError):
    """A file from which no roster can be read; nothing was taken from it."""

    code = "Y015"
    sentence = "值班表没有导入：%(why)s。"
    remedy = "请对照模板改正后重新导入：日期、开始、结束、班次、带班领导、值班员、电话。"
    status = 422


class RoomExists(GongzhiError):
    """An office that has a duty room, or a second general one."""

    code = "Y016"
    sentence = "“%(office)s”已经有值班室，或者已经另有总值班室。"
    remedy = "请修改原来那一个。"
    status = 409


class NoSuchEntry(GongzhiError):
    """No line of the log of that id in the room."""

    code = "Y017"
    sentence = "没有找到这一条日志。"
    remedy = "请刷新后再看。"
    status = 404
