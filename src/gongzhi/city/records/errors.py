"""How the records room refuses, beside what the engine refuses (``engine.registers.errors``)."""

from __future__ import annotations

from gongzhi.engine.errors import GongzhiError


class NoSuchRegister(GongzhiError):
    """No installed mechanism declares this register."""

    code = "G101"
    sentence = "没有安装登记簿“%(register)s”。"
    remedy = "请先安装声明它的机制：gongzhi install 机制文件夹。"
    status = 404


class NoSuchRecord(GongzhiError):
    """No record of that key, or none that this person may see: the answer is the same."""

    code = "G102"
    sentence = "没有找到这条登记(%(which)s)。"
    remedy = "请核对编号。"
    status = 404


class StaleRecord(GongzhiError):
    """Somebody else changed the record between this person's sight of it and the command. Nothing was changed."""

    code = "G103"
    sentence = "%(who)s刚刚(%(when)s)改过这条登记，现在是第%(version)d版，您看到的是第%(seen)d版。"
    remedy = "请刷新后再改；您填写的内容没有保存。"
    status = 409


class KeyTaken(GongzhiError):
    """A new record with a key that the register holds already."""

    code = "G104"
    sentence = "“%(register)s”里已经有编号“%(key)s”。"
    remedy = "请修改原来那一条，或换一个编号。"
    status = 409


class RecordRefused(GongzhiError):
    """Values that the register refuses. ``fields``: field id -> sentence."""

    code = "G105"
    sentence = "登记内容有%(count)d处需要改正：%(listing)s"
    remedy = "改正后再提交，已经填好的内容不会丢失。"
    status = 422


class ReasonMissing(GongzhiError):
    """A correction of what is in force says why."""

    code = "G106"
    sentence = "更正已发布的内容要写明原因。"
    remedy = "请用一句话写明为什么更正。"
    status = 422


class NothingPublished(GongzhiError):
    """A correction is for what is in force; a draft is simply changed."""

    code = "G107"
    sentence = "这条登记没有正在使用的版本，不用更正。"
    remedy = "请直接修改。"
    status = 409


class DraftWaits(GongzhiError):
    """A correction would silently put a draft in force together with itself."""

    code = "G108"
    sentence = "这条登记正在修订，还有没有发布的草稿。"
    remedy = "请先发布或改好草稿，再更正。"
    status = 409


class NotSealed(GongzhiError):
    """Asked to reveal a field that holds no private value in this record."""

    code = "G109"
    sentence = "这条登记没有“%(field)s”这一项。"
    status = 404


class BadList(GongzhiError):
    """An unknown state or another filter that can't be read."""

    code = "G111"
    sentence = "没有看懂筛选条件“%(name)s”：%(why)s。"
    remedy = "请改正后再查。"
    status = 422


class PurposeUnknown(GongzhiError):
    """The register says what its private values may be opened for, and its records taken out for; this is none of it."""

    code = "G112"
    sentence = "“%(register)s”不能为“%(purpose)s”查看或导出。"
    remedy = "登记簿写明的用途有：%(known)s。别的用途请先提出用数申请。"
    status = 422


class BadFile(GongzhiError):
    """The file as a whole can't be imported; nothing was taken from it."""

    code = "G120"
    sentence = "文件不能导入：%(why)s。"
    remedy = "请对照导出的表格改正后重新导入，已导入的行不会重复。"
    status = 422
