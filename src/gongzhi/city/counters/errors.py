"""How the counters refuse."""

from __future__ import annotations

from gongzhi.engine.errors import GongzhiError


class NoSuchPoint(GongzhiError):
    """No service point has this key, or it is closed."""

    code = "V001"
    sentence = "没有找到服务点“%(point)s”。"
    remedy = "它可能已经停办，请从服务点列表里另选一个。"
    status = 404


class NoSuchNumber(GongzhiError):
    """No queue number, line or window of that code, or none that this person may see: the answer is the same."""

    code = "V002"
    sentence = "没有找到这个排队号或窗口(%(which)s)。"
    remedy = "请核对号码；排队号只在当天有效。"
    status = 404


class LineClosed(GongzhiError):
    """Numbers are not given in this line now."""

    code = "V003"
    sentence = "“%(line)s”现在不取号。"
    remedy = "请看服务时间，或者问工作人员。"
    status = 409


class NobodyWaiting(GongzhiError):
    """Called for the next one while nobody waits."""

    code = "V004"
    sentence = "现在没有人在等。"
    remedy = "有人取号后，这里会显示。"
    status = 409


class WindowBusy(GongzhiError):
    """A window calls the next number before it has settled the last one."""

    code = "V005"
    sentence = "%(number)s还没有办完。"
    remedy = "请先按“办完”或“过号”，再叫下一位。"
    status = 409


class NotYourWindow(GongzhiError):
    """Somebody works at a window at which they do not sit."""

    code = "V006"
    sentence = "您现在不在“%(window)s”。"
    remedy = "请先在这个窗口上岗。"
    status = 409


class WindowTaken(GongzhiError):
    """A window or a seat at which somebody sits already, or a person who sits at another one."""

    code = "V007"
    sentence = "“%(place)s”已经有人，或者您已经在别的窗口、坐席上岗。"
    remedy = "请先在原来的窗口下岗，或者换一个窗口。"
    status = 409


class NumberMoved(GongzhiError):
    """The number is no longer in a state in which this can be done: somebody else was faster."""

    code = "V008"
    sentence = "%(number)s现在是“%(state)s”，不能这样办。"
    remedy = "请刷新后再看。"
    status = 409


class PlaceTaken(GongzhiError):
    """A line, window or seat with this letter or number exists at the point."""

    code = "V009"
    sentence = "这里已经有“%(place)s”。"
    remedy = "请换一个字母或编号。"
    status = 409


class NoSuchAppointment(GongzhiError):
    """No appointment of that code, or none that this person may see."""

    code = "V010"
    sentence = "没有找到这个预约(%(which)s)。"
    remedy = "请核对预约查询码。"
    status = 404


class SlotFull(GongzhiError):
    """The hour is full."""

    code = "V011"
    sentence = "%(day)s %(hour)s点这个时段已经约满。"
    remedy = "请换一个时段；什么都没有保存。"
    status = 409


class AppointmentMoved(GongzhiError):
    """The appointment is no longer in a state in which this can be done."""

    code = "V012"
    sentence = "这个预约现在是“%(state)s”，不能这样办。"
    remedy = "请刷新后再看。"
    status = 409


class BadSlot(GongzhiError):
    """A day or hour at which nobody can come."""

    code = "V013"
    sentence = "不能约这个时间：%(why)s。"
    remedy = "请另选一天或一个时段。"
    status = 422


class ContactMissing(GongzhiError):
    """Nobody can be called back without a number."""

    code = "V014"
    sentence = "请留下联系电话，好让我们找到您。"
    remedy = "电话只有办事的人看得到。"
    status = 422


class NobodyNearby(GongzhiError):
    """No office stands in or above the place where somebody shall be visited."""

    code = "V015"
    sentence = "这个地方还没有负责上门服务的单位。"
    remedy = "请拨打12345，或者选一个服务点。"
    status = 409


class WordsMissing(GongzhiError):
    """Something must be said, and nothing was; or more than can be kept."""

    code = "V016"
    sentence = "请填写“%(what)s”，不超过%(limit)d个字。"
    status = 422


class LineFull(GongzhiError):
    """More people wait in a line, or for a seat, than can be served in a day; or somebody plays."""

    code = "V017"
    sentence = "现在排队的人太多，暂时不能再排。"
    remedy = "请晚一点再来，或者约一个时间、留电话等回拨。"
    status = 429


class NoSuchSession(GongzhiError):
    """No video session of that code, or none that this person may see: the answer is the same."""

    code = "V020"
    sentence = "没有找到这次视频办事(%(which)s)。"
    remedy = "请核对查询码，或者重新申请。"
    status = 404


class AnsweredAlready(GongzhiError):
    """Another seat was faster, or the caller has gone."""

    code = "V021"
    sentence = "这个呼叫已经有人接了，或者对方已经取消。"
    remedy = "请接下一个。"
    status = 409


class SeatBusy(GongzhiError):
    """A seat that is not free takes a call, or one in a call leaves."""

    code = "V022"
    sentence = "坐席“%(seat)s”现在不能这样做：%(state)s。"
    remedy = "请先结束当前通话，或者先上岗。"
    status = 409


class NotYourCall(GongzhiError):
    """A seat reaches for a session that another seat has taken."""

    code = "V023"
    sentence = "这次视频不是您接的。"
    remedy = "只有接听的坐席能办理。"
    status = 403


class CallMoved(GongzhiError):
    """The session is no longer in a state in which this can be done."""

    code = "V024"
    sentence = "这次视频现在是“%(state)s”，不能这样办。"
    remedy = "请刷新后再看。"
    status = 409


class IdentityMismatch(GongzhiError):
    """Name or digits differ from what the caller had left sealed. Which of them is not told."""

    code = "V025"
    sentence = "姓名或证件号末位对不上，还可以再核对%(left)d次。"
    remedy = "请再问一遍；也可以请对方把证件对着镜头，改用“看证件”。"
    status = 422


class TooManyTries(GongzhiError):
    """The digits were tried too often: the card must be shown."""

    code = "V026"
    sentence = "末位已经核对错%(most)d次，不能再试。"
    remedy = "请对方把证件对着镜头，改用“看证件”。"
    status = 409


class NotIdentified(GongzhiError):
    """Something is done in a person's name before it is known who they are."""

    code = "V027"
    sentence = "还没有核对身份。"
    remedy = "请先核对身份，再办理。"
    status = 409


class BadSignal(GongzhiError):
    """A signalling message of an unknown kind, too large, or of a connection that is over."""

    code = "V028"
    sentence = "连接消息无效：%(why)s。"
    remedy = "页面会自动重新连接。"
    status = 400


class TooManySignals(GongzhiError):
    """A side floods the other with signalling messages."""

    code = "V029"
    sentence = "连接消息太多，请重新连接。"
    status = 429


class NoCaseYet(GongzhiError):
    """A signature belongs to a case, and none is opened."""

    code = "V030"
    sentence = "还没有办件，签名没有地方放。"
    remedy = "请先推送表单，或者代为开件。"
    status = 409


class NothingToSign(GongzhiError):
    """A signature that nobody asked for."""

    code = "V031"
    sentence = "工作人员还没有请您签名，或者已经签过了。"
    remedy = "请等工作人员说明要签什么。"
    status = 409
