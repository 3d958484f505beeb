"""How scorecards refuse."""

from __future__ import annotations

from gongzhi.engine.errors import GongzhiError


class NoSuchScheme(GongzhiError):
    """No scheme, reckoning, result or appeal of this id may be seen."""

    code = "SC001"
    sentence = "没有找到考核“%(which)s”。"
    remedy = "请从考核首页进入。"
    status = 404


class NoSuchScorecard(GongzhiError):
    """The mechanism that is installed has no scorecard of this id."""

    code = "SC002"
    sentence = "已安装的机制里没有考核方案“%(card)s”。"
    remedy = "请先安装带 scorecards/ 的机制。"
    status = 404


class TooLate(GongzhiError):
    """A standard must be published before its period begins, with the notice that it promises itself."""

    code = "SC003"
    sentence = "标准要在%(by)s以前公布；这一期从%(starts)s开始。"
    remedy = "请把考核期改到以后，或者只用于下一期。"
    status = 409


class SameHands(GongzhiError):
    """The second pair of eyes belongs to the same person."""

    code = "SC004"
    sentence = "%(what)s要由另一个人来做。"
    remedy = "请换一位有权限、没有经手的人。"
    status = 403


class NotYet(GongzhiError):
    """Published results need a period that is over; a draft needs to be published."""

    code = "SC005"
    sentence = "现在还不能%(what)s：%(why)s。"
    remedy = "请等条件具备了再来；什么都没有改变。"
    status = 409


class WindowClosed(GongzhiError):
    """The days for an appeal are over."""

    code = "SC006"
    sentence = "申诉期到%(until)s为止，已经过了。"
    remedy = "确有新的证据，请向组织部门书面反映。"
    status = 409


class NothingNamed(GongzhiError):
    """An appeal names no case that the criterion counted for this unit, or gives no reason."""

    code = "SC007"
    sentence = "申诉没有写清楚：%(what)s。"
    remedy = "请勾选这项指标里的办件，每件写明理由。"
    status = 422


class AlreadyDecided(GongzhiError):
    """Somebody was faster."""

    code = "SC008"
    sentence = "这件%(what)s已经由%(who)s处理过了。"
    remedy = "请刷新后再看。"
    status = 409


class BadPeriod(GongzhiError):
    """The first day does not begin a period of the scheme's length."""

    code = "SC009"
    sentence = "考核期“%(text)s”不能用。"
    remedy = "年度从1月1日起，半年从1月1日或7月1日起，季度从每季第一天起。"
    status = 422


class NoPurpose(GongzhiError):
    """A person card is opened without saying why."""

    code = "SC010"
    sentence = "查看干部卡要先写明用途。"
    remedy = "请选一项用途；每次查看都记入日志，本人看得到。"
    status = 422


class NoSuchPerson(GongzhiError):
    """Nobody of this id holds or held a post."""

    code = "SC011"
    sentence = "没有找到这个人。"
    remedy = "请从单位名单里选。"
    status = 404
