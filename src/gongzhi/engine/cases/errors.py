"""How a case refuses a command. Each refusal says who may do what now."""

from __future__ import annotations

from gongzhi.engine.errors import GongzhiError


class CaseRefused(GongzhiError):
    """Root of the refusals of a running case; ``status`` 409: the case is not where the caller thought."""

    code = "C000"
    sentence = "这件事现在不能这样办。"
    status = 409


class MayNotOpen(CaseRefused):
    """The role is not among ``opened_by`` of the case type."""

    code = "C001"
    sentence = "“%(role)s”不能登记“%(title)s”。"
    remedy = "可以登记的有：%(may)s。"
    status = 403


class CaseEnded(CaseRefused):
    """The case has reached an end; nothing but reading is left."""

    code = "C002"
    sentence = "这件事已经办结(%(end)s)，不能再办理。"
    remedy = "如有新情况，请重新登记并关联本件。"


class NoSuchTask(CaseRefused):
    """No open task of that step (and id)."""

    code = "C003"
    sentence = "现在没有待办的“%(step)s”。"
    remedy = "现在该办的是：%(now)s。"


class NoSuchChoice(CaseRefused):
    """The step exists but has no such choice."""

    code = "C004"
    sentence = "“%(step)s”没有“%(choice)s”这个选项。"
    remedy = "可以选：%(may)s。"
    status = 422


class NotYours(CaseRefused):
    """The task is another post's: role or office differ."""

    code = "C005"
    sentence = "“%(step)s”由%(office)s的%(role)s办理，您不能代办。"
    remedy = "现在该办的是：%(now)s。"
    status = 403


class TakenByAnother(CaseRefused):
    """Somebody in the same office has taken the task."""

    code = "C006"
    sentence = "“%(step)s”已由同事%(person)s领办。"
    remedy = "请他移交，或刷新后再看。"


class SeparationOfDuties(CaseRefused):
    """The person acted in a step that bars this one (``not_by``); administrative penalty law art. 64 is the model."""

    code = "C007"
    sentence = "您办理过“%(barred)s”，按回避规定不能再办“%(step)s”。"
    remedy = "请交给没有经手过这件事的同事。"
    status = 403


class UsedUp(CaseRefused):
    """The choice may be taken only so many times in one case."""

    code = "C008"
    sentence = "“%(choice)s”最多%(at_most)s次，已经用过。"
    remedy = "请改选：%(may)s。"


class TooLate(CaseRefused):
    """A choice that had to come before the due time."""

    code = "C009"
    sentence = "“%(choice)s”要在到期前提出，本件已于%(due)s到期。"
    remedy = "请尽快办结并说明原因。"


class ConditionNotMet(CaseRefused):
    """The choice's ``when`` is not true for this case."""

    code = "C010"
    sentence = "现在不能选“%(choice)s”：不满足条件(%(when)s)。"
    remedy = "可以选：%(may)s。"


class BadValues(CaseRefused):
    """The form did not pass; ``data['fields']`` maps field id to its sentence."""

    code = "C011"
    sentence = "有%(count)d处需要修改：%(listing)s"
    remedy = "您填的内容没有丢，改好后再提交。"
    status = 422


class NoRight(CaseRefused):
    """A common action (note, urge, merge …) that this actor may not do on this case."""

    code = "C012"
    sentence = "您不能对这件事“%(action)s”。"
    remedy = "可以这样做的有：%(may)s。"
    status = 403


class BackInTime(CaseRefused):
    """A command dated before the last fact of the case."""

    code = "C013"
    sentence = "时间早于这件事的最后一次记录(%(last)s)。"
    remedy = "请核对本机时间后再试。"


class NoOffice(CaseRefused):
    """A step's ``who`` names a place or office for which the city has nobody."""

    code = "C014"
    sentence = "“%(step)s”要交给%(scope)s的%(role)s，但没有找到这样的单位。"
    remedy = "请在单位目录中补上，或改派。"
    status = 422


class NotUnderstood(CaseRefused):
    """A command whose values make no sense (unknown keys, wrong kind)."""

    code = "C015"
    sentence = "没有看懂这个请求：%(reason)s。"
    remedy = "请按说明重新填写。"
    status = 422


class NoLimitFound(CaseRefused):
    """The limits table has no row for this case."""

    code = "C016"
    sentence = "表“%(table)s”里没有适用于本件的时限(%(clock)s)。"
    remedy = "请在表中补上这一类。"
    status = 422


class Objected(CaseRefused):
    """What an ``objection`` says against opening a case or taking a choice; the words are the mechanism's own."""

    code = "C018"
    sentence = "%(says)s"
    remedy = "请照上面说的办；认为不对的，可以提请裁定。"


class KeptOutOfChain(CaseRefused):
    """A common action on a case whose words must stay destructible: they would go into the chain of facts for ever."""

    code = "C021"
    sentence = "这类事不能“%(action)s”：写进记录链的字以后销毁不了。"
    remedy = "请在办理步骤的栏目里写，到期会一起销毁。"
    status = 403


class DecidedByMeeting(CaseRefused):
    """A step that only a meeting decides: nobody picks its outcome."""

    code = "C019"
    sentence = "“%(step)s”由%(meeting)s表决，结果从票数算出来，不能直接选。"
    remedy = "请召集会议；散会计票后，这一步自动往下走。"
    status = 403


class AlreadyOne(CaseRefused):
    """A second case with values that the case type allows only once in the period."""

    code = "C017"
    sentence = "%(says)s（%(number)s）。"
    remedy = "请在那一件上接着办；确需另办的，等它办结或下一期再登记。"
