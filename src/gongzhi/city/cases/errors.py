"""How the cases room refuses, beside what the engine refuses (``engine.cases.errors``) and files (``files.errors``)."""

from __future__ import annotations

from gongzhi.engine.errors import GongzhiError


class NoSuchCase(GongzhiError):
    """No case of that id, number or tracking code, or none that this person may see: the answer is the same."""

    code = "A001"
    sentence = "没有找到这件事(%(which)s)。"
    remedy = "请核对编号或查询码。"
    status = 404


class NoSuchCaseType(GongzhiError):
    """No installed mechanism has this case type in this version."""

    code = "A002"
    sentence = "没有安装“%(mechanism)s”%(version)s版的事项“%(type)s”。"
    remedy = "请先安装：gongzhi install 机制文件夹。"
    status = 404


class StaleTask(GongzhiError):
    """Somebody else acted between this person's sight of the case and the command. Nothing was changed."""

    code = "A003"
    sentence = "%(who)s刚刚(%(when)s)已经办理了“%(what)s”。"
    remedy = "请刷新后再看；您填写的内容没有提交。"
    status = 409


class KeyReused(GongzhiError):
    """An idempotency key came again with another content."""

    code = "A004"
    sentence = "同一个请求编号(%(key)s)先后带了不同的内容。"
    remedy = "请换一个请求编号。"
    status = 422


class RatedAlready(GongzhiError):
    """A resident rates once; what was said stays said."""

    code = "A006"
    sentence = "这件事您已经评价过了。"
    remedy = "如果问题又出现，请重新反映。"
    status = 409


class StaffMayNotRate(GongzhiError):
    """A verdict is the reporter's own; nobody who is signed in to a post gives one, for whomever."""

    code = "A022"
    sentence = "您正以工作人员身份登录，不能评价，也不能替群众评价。"
    remedy = "请群众用自己的手机扫回执上的码，或打12345评价。"
    status = 403


class NotEndedYet(GongzhiError):
    """Rating comes after the end."""

    code = "A007"
    sentence = "这件事还在办理，办结后才能评价。"
    status = 409


class BadRating(GongzhiError):
    """One to five, and words of a sane length."""

    code = "A008"
    sentence = "评价没有看懂：%(why)s。"
    remedy = "请在1到5之间选一个。"
    status = 422


class SameCase(GongzhiError):
    """A case can't be merged into or linked with itself, nor in a circle."""

    code = "A009"
    sentence = "不能把一件事并入它自己。"
    remedy = "请选另一件。"
    status = 422


class NotOneMatter(GongzhiError):
    """A merger of cases whose types have nothing to do with each other: one may be decided by law, the other not."""

    code = "A030"
    sentence = "“%(one)s”不能并入“%(other)s”：这两类事没有说可以是同一件。"
    remedy = "请用“关联”把两件连起来，各自办完；确是同一类的，由机制在 same_matter 里写明。"
    status = 409


class KeptCaseEnded(GongzhiError):
    """A merger into a case that is over: its reporter would never hear of the matter again."""

    code = "A031"
    sentence = "%(number)s 已经办结，不能再并进去，否则后来报的人就没有下文了。"
    remedy = "请照常办理，并关联到那一件。"
    status = 409


class BadFilter(GongzhiError):
    """An unknown filter, order or value."""

    code = "A011"
    sentence = "没有看懂筛选条件“%(name)s”：%(why)s。"
    remedy = "请改正后再查。"
    status = 422


class TooMany(GongzhiError):
    """More cases at once than one request may act on."""

    code = "A012"
    sentence = "一次最多办理%(limit)d件，您选了%(count)d件。"
    remedy = "请分几次办理。"
    status = 413


class NoSuchDraft(GongzhiError):
    """No half-filled form under this code, or not any more."""

    code = "A023"
    sentence = "没有找到这份暂存的表。"
    remedy = "请核对暂存码；暂存的表保留三十天，提交或者删掉以后就没有了。"
    status = 404


class DraftTooLong(GongzhiError):
    """More words than a draft keeps."""

    code = "A024"
    sentence = "内容太长，暂存不下（最多%(most)d字）。"
    remedy = "请把长的说明做成文件上传，再暂存。"
    status = 413


class NotSealed(GongzhiError):
    """Asked to reveal a field that holds no private value in this case."""

    code = "A013"
    sentence = "这件事没有“%(field)s”这一项。"
    status = 404


class NotItsPurpose(GongzhiError):
    """A confined case is opened for one of the purposes of its case type, and for nothing else."""

    code = "A032"
    sentence = "要先选明为什么打开。"
    remedy = "只能为这些用途打开：%(purposes)s。打开一次记一次。"
    status = 422


class NotYourFile(GongzhiError):
    """A form mentions a file that this person did not upload."""

    code = "A014"
    sentence = "文件“%(name)s”不是您上传的，或者已经过期。"
    remedy = "请重新上传。"
    status = 422


class BadImport(GongzhiError):
    """The file as a whole can't be imported; nothing was taken from it."""

    code = "A020"
    sentence = "文件不能导入：%(why)s。"
    remedy = "请对照示例改正后重新导入，已导入的行不会重复。"
    status = 422


class BadRow(GongzhiError):
    """One row that an import refuses; the rest goes on."""

    code = "A021"
    sentence = "%(why)s。"
    status = 422
