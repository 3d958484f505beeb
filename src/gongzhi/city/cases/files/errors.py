"""Why a file is not taken."""

from __future__ import annotations

from gongzhi.engine.errors import GongzhiError


class FileRefused(GongzhiError):
    """The root of refusals of a file; nothing was kept of it."""

    code = "A300"
    sentence = "文件“%(name)s”没有被接收。"
    remedy = "请换一个文件再上传。"
    status = 415


class FileTooLarge(FileRefused):
    """More bytes than the kind of file may have."""

    code = "A301"
    sentence = "文件“%(name)s”有%(size).1f MB,超过了上限%(limit)d MB。"
    remedy = "请压缩后再上传，或者分成几个文件。"
    status = 413


class TooManyPixels(FileRefused):
    """The header announces an image that would fill the memory when decoded."""

    code = "A302"
    sentence = "图片“%(name)s”太大：%(width)d×%(height)d像素，上限是%(limit)d万像素。"
    remedy = "请缩小图片后再上传。"
    status = 413


class KindNotAllowed(FileRefused):
    """The content is none of the kinds that are taken, whatever the name says."""

    code = "A303"
    sentence = "文件“%(name)s”的内容是%(found)s，不能上传。"
    remedy = "可以上传：JPEG、PNG、WebP图片，PDF,Word(docx)，Excel(xlsx)，MP4视频。"


class BrokenFile(FileRefused):
    """It begins like an allowed kind, but cannot be read to its end."""

    code = "A304"
    sentence = "文件“%(name)s”已损坏，读不出来。"
    remedy = "请重新拍摄或重新导出后再上传。"


class SuspiciousArchive(FileRefused):
    """An office document that unpacks to far more than it weighs, or nests archives."""

    code = "A305"
    sentence = "文件“%(name)s”解压后的内容异常(%(why)s)。"
    remedy = "请用办公软件另存一份再上传。"


class ActiveContent(FileRefused):
    """A document that would run something when opened: macros, scripts, launch actions."""

    code = "A306"
    sentence = "文件“%(name)s”带有会自动运行的内容(%(why)s)。"
    remedy = "请去掉宏或脚本后另存一份再上传。"


class EmptyFile(FileRefused):
    """No bytes at all."""

    code = "A307"
    sentence = "文件“%(name)s”是空的。"


class NoRoom(GongzhiError):
    """The disk is full, or refuses to write."""

    code = "A308"
    sentence = "服务器存储空间不足，文件没有保存。"
    remedy = "请稍后再试；已填写的内容没有丢失。"
    status = 507


class FileMissing(GongzhiError):
    """The row says there is a file, the folder has none: `gongzhi doctor` tells which."""

    code = "A309"
    sentence = "文件%(sha256)s不在存储中。"
    remedy = "请联系管理员从备份恢复。"
    status = 404
