"""How the mechanisms room refuses."""

from __future__ import annotations

from gongzhi.engine.errors import GongzhiError


class NotInstalled(GongzhiError):
    """The city does not run this mechanism (in this version)."""

    code = "B001"
    sentence = "没有安装机制“%(mechanism)s”。"
    remedy = "请用 gongzhi install 安装，或核对名称。"
    status = 404


class ScenariosFailed(GongzhiError):
    """Its own examples do not come out as they say: such a mechanism is not installed."""

    code = "B002"
    sentence = "机制“%(mechanism)s”有%(count)d个场景没有通过：\n%(listing)s\n"
    remedy = "请用 gongzhi test 查看并改正后再安装。"
    status = 422


class VersionTaken(GongzhiError):
    """The same version with another content: running cases would change under people's hands."""

    code = "B003"
    sentence = "“%(mechanism)s”%(version)s版已经安装过，而内容不同。"
    remedy = "请在 mechanism.yaml 里升版本号，写进 CHANGELOG,再安装。"
    status = 409


class NeedsAnother(GongzhiError):
    """A mechanism that it builds on is not installed."""

    code = "B004"
    sentence = "“%(mechanism)s”需要先安装：%(needs)s。"
    status = 409


class BadTraining(GongzhiError):
    """A file from which nothing can be learned."""

    code = "B005"
    sentence = "训练数据不能用：%(why)s。"
    remedy = "需要文字和类别两列。"
    status = 422


class RegisterTaken(GongzhiError):
    """Another installed mechanism declares a register of this id: its records would belong to two kinds at once."""

    code = "B006"
    sentence = "“%(mechanism)s”的登记簿“%(register)s”已由“%(other)s”声明。"
    remedy = "登记簿编号全市唯一：请改一个编号；要用那一个登记簿，在 needs 中写明“%(other)s”，不再声明。"
    status = 409


class ChainTooLong(GongzhiError):
    """Reactions that open cases answer each other without end."""

    code = "B007"
    sentence = "因一件事而起的事已经接连%(most)d层，不再往下登记。"
    remedy = "请检查各机制的 reactions.yaml 是不是互相触发。"
    status = 409


class OnTrial(GongzhiError):
    """The version of a mechanism would change while some areas try another one: the comparison would be worth nothing."""

    code = "B008"
    sentence = "“%(mechanism)s”的%(version)s版正在一些地方试点（%(source)s），现在不能换版本，也不能停用。"
    remedy = "请先结束试点，再换版本；要试新的一版，另开试点。"
    status = 409


class PlacedAlready(GongzhiError):
    """An area cannot try two versions of one mechanism at once."""

    code = "B009"
    sentence = "“%(area)s”已经在试“%(mechanism)s”的%(version)s版（%(source)s）。"
    remedy = "一个地方同时只试一个版本：请换一个地方，或等那一个试点结束。"
    status = 409


class NoSuchKind(GongzhiError):
    """The kind of a report that was written on an older form; nothing of it is lost, somebody chooses another one."""

    code = "B020"
    sentence = "现在没有“%(kind)s”这一类了。"
    remedy = "请重新选一类再发；照片和文字都还在。"
    status = 422


class SayWhat(GongzhiError):
    """The kind that says nothing by itself needs one sentence."""

    code = "B021"
    sentence = "选了“其他”，请写一句是什么事。"
    status = 422


class NothingToTakePhotos(GongzhiError):
    """The kind of case that a report opens has no field for files."""

    code = "B022"
    sentence = "“%(title)s”现在收不了照片。"
    remedy = "请去掉照片再发，或换一类。"
    status = 422


class NotAnHeir(GongzhiError):
    """A matter of what was split can only go to one of its successors."""

    code = "B030"
    sentence = "“%(code)s”不是承接单位（区域），只能分给：%(may)s。"
    remedy = "请从列出的几个里选一个。"
    status = 422


class BadTaskSheet(GongzhiError):
    """A file that is no list of reform tasks."""

    code = "B050"
    sentence = "这份文件不能导入：%(why)s。"
    remedy = "第一行写列名，至少有任务代码、任务、级别、牵头单位、责任人、完成期限。"
    status = 422


class TasksRefused(GongzhiError):
    """Rows of a list of reform tasks that do not pass; nothing of the file was taken."""

    code = "B051"
    sentence = "有%(count)d处要改，一件也没有导入：\n%(listing)s\n"
    remedy = "请照表、行、列改好再导入；已经导入过的不会重复。"
    status = 422


class PollClosed(GongzhiError):
    """A slip that is unknown, used, or too late."""

    code = "B052"
    sentence = "这张票不能填：%(why)s。"
    remedy = "票码印在测评票上，每张只能填一次；填错了请问发票的人。"
    status = 422


class NoSuchHousehold(GongzhiError):
    """A number under which no household lives here."""

    code = "B053"
    sentence = "住户登记簿里没有在住的“%(number)s”。"
    remedy = "请核对户号；刚搬来的户先到村（社区）登记。"
    status = 404


class BelongsElsewhere(GongzhiError):
    """An account that is of another household: it would be counted twice."""

    code = "B054"
    sentence = "这个账号已经挂在另一户。"
    remedy = "一个账号只属于一户：请先从原来那一户摘下，再挂到这一户。"
    status = 409


class NotPublished(GongzhiError):
    """An objection to a claim that is not, or no longer, published."""

    code = "B055"
    sentence = "这一件不在公示，或公示期已过。"
    remedy = "已经入账的，可以提冲正：说清哪里不对，由没经手的人查。"
    status = 409


class PublicationOver(GongzhiError):
    """An objection to a household that is not, or no longer, published."""

    code = "B058"
    sentence = "这一户不在公示，或公示期已过。"
    remedy = "有话还可以说：请到乡镇街道，或者从监督一点通反映。"
    status = 409
