"""How the exchange room refuses; damage to a package itself is told by ``engine.mechanisms.errors`` (EX001–EX005)."""

from __future__ import annotations

from gongzhi.engine.errors import GongzhiError


class UnknownSigner(GongzhiError):
    """Nobody here has said that they trust the key that signed the package: it may be read, not installed."""

    code = "EX006"
    sentence = "这个包是“%(city)s”的名义、用本市还不认识的密钥签的，指纹 %(fingerprint)s。"
    remedy = "可以拆开看。要安装，请先用电话或公函向对方核对指纹，再由有权安装的人登记为信任的城市。"
    status = 403


class NotTrustedAnyMore(GongzhiError):
    """The key was trusted once and is not any more."""

    code = "EX007"
    sentence = "签这个包的密钥（%(city)s）已经不再信任：%(reason)s。"
    remedy = "请对方用新的密钥重新导出。"
    status = 403


class Downgrade(GongzhiError):
    """The package is older than what runs here."""

    code = "EX008"
    sentence = "包里是%(version)s，本市现行的是%(active)s，不能用旧包盖新版。"
    remedy = "要回到装过的旧版，请用“回到这一版”。"
    status = 409


class RoleNotForThis(GongzhiError):
    """A role that manages the system does no steps of a mechanism."""

    code = "EX009"
    sentence = "“%(role)s”不能由“%(target)s”担任：那是管系统的岗位，不办事。"
    remedy = "请选一个办事的角色，或选“新增这个角色”。"
    status = 422


class SamePerson(GongzhiError):
    """Whoever handed a package in does not install it."""

    code = "EX010"
    sentence = "这个包是您导入的，要由另一个人复核安装。"
    remedy = "请另一位有安装权的同事打开这一页。"
    status = 403


class NotNow(GongzhiError):
    """The import does not stand where this can be done."""

    code = "EX011"
    sentence = "现在还不能这样做：%(why)s。"
    remedy = "请按页面上的顺序做完前面的步骤。"
    status = 409


class NoSuchImport(GongzhiError):
    """No import of this number."""

    code = "EX012"
    sentence = "没有第%(number)s号导入。"
    remedy = "请回到机制移交页查看列表。"
    status = 404


class StillOpen(GongzhiError):
    """Findings that stand against the installation."""

    code = "EX013"
    sentence = "还有%(count)d个问题没有解决：%(listing)s。"
    remedy = "请逐项处理后再提交。"
    status = 409


class SayHow(GongzhiError):
    """Trust without saying how the fingerprint was compared."""

    code = "EX014"
    sentence = "请写明怎样核对了指纹：和谁、哪一天、用什么方式。"
    status = 422


class BadKey(GongzhiError):
    """A public key that is none."""

    code = "EX015"
    sentence = "这不是一把公钥：%(why)s。"
    remedy = "请粘贴对方 gongzhi exchange key 打印的64位公钥。"
    status = 422


class NoPackage(GongzhiError):
    """Nothing was handed in, or more than is read."""

    code = "EX016"
    sentence = "没有收到文件，或文件超过%(most)d MB。"
    remedy = "请选择一个 .gongzhi 文件再上传。"
    status = 422


class NotOurFolder(GongzhiError):
    """The folder for the static site holds something else."""

    code = "EX018"
    sentence = "文件夹“%(folder)s”里有别的东西，没有动它。"
    remedy = "请给一个空文件夹，或以前写过机制库的文件夹。"
    status = 409
