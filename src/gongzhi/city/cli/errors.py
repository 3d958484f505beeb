"""How the command line refuses."""

from __future__ import annotations

from gongzhi.engine.errors import GongzhiError


class NoSuchPath(GongzhiError):
    """A file or folder on the command line isn't there, or isn't of the needed kind."""

    code = "D301"
    sentence = "没有“%(path)s”这个%(kind)s。"
    remedy = "请核对路径。"
    status = 404


class InTheWay(GongzhiError):
    """What would be written exists already."""

    code = "D302"
    sentence = "“%(path)s”已经有了，没有覆盖。"
    remedy = "请换一个名字，或先把它移走。"
    status = 409


class CannotWrite(GongzhiError):
    """The system refused to write or read a file: no right, no room, no such folder."""

    code = "D303"
    sentence = "系统拒绝读写%(path)s：%(why)s。"
    remedy = "请检查磁盘空间和文件夹权限，再运行一次。"
    status = 507


class NoDatabase(GongzhiError):
    """The database is away, is not migrated, or refuses."""

    code = "D304"
    sentence = "数据库没有应答：%(why)s。"
    remedy = "请检查 DATABASE_URL 和数据库服务；新库先运行 gongzhi migrate。"
    status = 503


class BadSettings(GongzhiError):
    """A setting is absent or wrong."""

    code = "D305"
    sentence = "设置有误：%(why)s。"
    remedy = "请对照 docs/reference/settings.md 改正环境变量。"
    status = 500


class NotFilled(GongzhiError):
    """A command needs something that this city doesn't have yet."""

    code = "D306"
    sentence = "还没有%(what)s。"
    remedy = "%(how)s。"
    status = 409


class PortTaken(GongzhiError):
    """Another program listens on the port."""

    code = "D307"
    sentence = "端口 %(port)s 用不了：%(why)s。"
    remedy = "请先停掉占用它的程序，或换一个端口：PORT=8001。"
    status = 409


class BadWord(GongzhiError):
    """A value on the command line can't be used."""

    code = "D308"
    sentence = "“%(value)s”不能用：%(why)s。"
    remedy = "请改正后再运行；gongzhi 命令 --help 有说明。"
    status = 422


__all__ = [
    "BadSettings", "BadWord", "CannotWrite", "InTheWay", "NoDatabase", "NoSuchPath", "NotFilled", "PortTaken",
]  # fmt: skip
