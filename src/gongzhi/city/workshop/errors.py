"""How the workshop refuses."""

from __future__ import annotations

from gongzhi.engine.errors import GongzhiError


class NoSuchDraft(GongzhiError):
    """No draft of that number."""

    code = "WO001"
    sentence = "没有找到这份机制草稿。"
    remedy = "请回到机制工坊，从列表里打开。"
    status = 404


class Overtaken(GongzhiError):
    """Somebody else saved the same file meanwhile; ``theirs`` is their text, and nothing of either is lost."""

    code = "WO002"
    sentence = "%(path)s刚被%(name)s改过。您写的还在这一页上，没有丢，也没有存。"
    remedy = "请对照下面两边的不同，合到一起再存；或者说明用您的这一份。"
    status = 409


class NotEditing(GongzhiError):
    """A draft that waits for its review, or is done with, is not edited."""

    code = "WO003"
    sentence = "“%(title)s”%(state)s，现在不能改。"
    remedy = "等待复核的可以先撤回再改；已发布的请重新起草一版。"
    status = 409


class BadPath(GongzhiError):
    """A file that a mechanism's folder can't hold."""

    code = "WO004"
    sentence = "机制文件夹里不能放“%(path)s”。"
    remedy = "可以放的有：%(kinds)s。"
    status = 422


class TooLarge(GongzhiError):
    """A file larger than people write by hand."""

    code = "WO005"
    sentence = "%(path)s有%(size)d KB，太大了。"
    remedy = "一个文件最多%(most)d KB。"
    status = 422


class NotReady(GongzhiError):
    """Asking for the release of what would be refused anyway."""

    code = "WO006"
    sentence = "“%(title)s”还不能送审：%(why)s。"
    remedy = "改好再送审；已经写的都在。"
    status = 422


class SameVersion(GongzhiError):
    """A version that is installed already."""

    code = "WO007"
    sentence = "%(version)s版已经安装过。"
    remedy = "请在 mechanism.yaml 里升版本号，并在 CHANGELOG.md 里写一句改了什么。"
    status = 409


class FourEyes(GongzhiError):
    """Whoever wrote a draft or asked for its release doesn't release it."""

    code = "WO008"
    sentence = "您改过这份草稿或者送过审，不能由您发布。"
    remedy = "请另一位有复核权的人来看：%(who)s。"
    status = 403


class ChangedSince(GongzhiError):
    """The content is not the one that the reviewer looked at."""

    code = "WO009"
    sentence = "您看的不是现在送审的这一份：内容又变了。"
    remedy = "请重新打开，看过再定。"
    status = 409


class NotAsked(GongzhiError):
    """Nobody asked for the release of this draft."""

    code = "WO010"
    sentence = "“%(title)s”没有送审。"
    remedy = "请起草人先送审。"
    status = 409


class NothingSaid(GongzhiError):
    """A decision or a request without a word of why."""

    code = "WO011"
    sentence = "请写一句%(what)s。"
    remedy = "一两句就行，要让后来的人看得懂。"
    status = 422


class NotText(GongzhiError):
    """A file that is not text can't be edited on a page."""

    code = "WO012"
    sentence = "%(path)s不是文字文件，页面上不能改。"
    remedy = "请在机制文件夹里换掉，再导入。"
    status = 422


class NameTaken(GongzhiError):
    """A new mechanism under the id of an installed one."""

    code = "WO013"
    sentence = "已经有“%(mechanism)s”这个机制。"
    remedy = "请换一个英文编号，或者从它起草新版本。"
    status = 409
