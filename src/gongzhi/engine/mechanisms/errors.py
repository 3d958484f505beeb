"""How a mechanism's folder is refused."""

from __future__ import annotations

from collections.abc import Iterable

from gongzhi.engine.errors import GongzhiError, Problem, Refused


class NotAMechanism(GongzhiError):
    """The folder, archive or mapping holds no ``mechanism.yaml``."""

    code = "M001"
    sentence = "“%(place)s”里没有 mechanism.yaml,不是一个机制文件夹。"
    remedy = "请选择含有 mechanism.yaml 的文件夹，或用 gongzhi new 新建一个。"


class MechanismRefused(Refused):
    """The folder was read but what it says can't be used; ``problems`` lists everything at once."""

    code = "M000"
    sentence = "机制“%(place)s”有%(count)d个问题：\n%(listing)s"

    def __init__(self, problems: Iterable[Problem], *, place: str) -> None:
        self.problems = tuple(problems)
        listing = "\n".join(f"  {problem}" for problem in self.problems)
        GongzhiError.__init__(self, place=place, count=len(self.problems), listing=listing)


class UnsafeArchive(GongzhiError):
    """An archive with a path outside its folder, too many files, or too much content."""

    code = "M005"
    sentence = "机制包不能打开：%(reason)s。"
    remedy = "请向提供方索取用 gongzhi export 生成的机制包。"


class BadName(GongzhiError):
    """An id that cannot name a folder of a mechanism."""

    code = "M006"
    sentence = "“%(id)s”不能作机制编号。"
    remedy = "请用小写英文字母开头，只含小写字母、数字和下划线，不超过60个字符。"
    status = 422


class CannotAdapt(GongzhiError):
    """A value that a city gave for an adaptation point, or recorded over an earlier version, can't be laid over the files."""

    code = "EX017"
    sentence = "“%(title)s”不能这样改：%(why)s。"
    remedy = "请改正这一处，或用原来的值。"
    status = 422


class NotAPackage(GongzhiError):
    """The file is no package, or what it says of itself can't be read."""

    code = "EX001"
    sentence = "这个文件不是机制移交包：%(reason)s。"
    remedy = "请向提供方索取用 gongzhi export --package 生成的 .gongzhi 文件。"


class Tampered(GongzhiError):
    """A file of the package is not the one that was signed."""

    code = "EX002"
    sentence = "包里的内容在签名之后被改过：%(names)s。"
    remedy = "不要使用这个文件；请用可靠的方式向提供方重新索取。"
    status = 422


class Unsigned(GongzhiError):
    """The package carries no signature."""

    code = "EX003"
    sentence = "这个包没有签名，不知道是谁做的。"
    remedy = "请提供方用 gongzhi export --package 重新导出；没有签名的只能拆开自己看，不能安装。"
    status = 422


class BadSignature(GongzhiError):
    """The signature does not belong to the words that it stands beside."""

    code = "EX004"
    sentence = "签名对不上：说明书不是这把密钥签的，或签过之后被改过。"
    remedy = "不要使用这个文件；请用可靠的方式向提供方重新索取。"
    status = 422


class OtherFormat(GongzhiError):
    """The package was written in a format that this program doesn't read."""

    code = "EX005"
    sentence = "这个包的格式是第%(found)s版，本系统认得第%(known)s版。"
    remedy = "格式更新的包请先升级本系统；更旧的请提供方用新的程序重新导出。"
    status = 422


__all__ = [
    "BadName", "BadSignature", "CannotAdapt", "MechanismRefused", "NotAMechanism", "NotAPackage", "OtherFormat", "Tampered",
    "UnsafeArchive", "Unsigned",
]  # fmt: skip
