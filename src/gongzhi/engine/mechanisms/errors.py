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


__all__ = ["BadName", "MechanismRefused", "NotAMechanism", "UnsafeArchive"]
