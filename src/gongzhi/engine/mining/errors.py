"""How mining refuses: a log or a model that can't be read. What is odd *within* a log is told, not refused (``troubles``)."""

from __future__ import annotations

from gongzhi.engine.errors import GongzhiError


class UnreadableLog(GongzhiError):
    """The file is no event log of the kind that it seems to be."""

    code = "MI001"
    sentence = "这个日志读不了：%(why)s。"
    remedy = "请核对文件；CSV 要有表头，XES 和 OCEL 2.0 按标准写。"
    status = 422


class NoSuchColumn(GongzhiError):
    """A column that must be there is not, or was not recognised by its name."""

    code = "MI002"
    sentence = "日志里没有认出“%(what)s”这一列；表头是：%(columns)s。"
    remedy = "请说明哪一列是什么，例如 case=工单编号,activity=环节,time=时间。"
    status = 422


class LogTooLarge(GongzhiError):
    """More bytes than the reader takes (also after unpacking)."""

    code = "MI003"
    sentence = "日志超过%(most)s兆字节。"
    remedy = "请按时间分段，或在服务器上用 gongzhi mine 处理。"
    status = 413


class EmptyLog(GongzhiError):
    """No event was left."""

    code = "MI004"
    sentence = "没有可以分析的记录：%(why)s。"
    remedy = "请放宽时间范围，或核对列的对应关系。"
    status = 422


class TooFewCases(GongzhiError):
    """A comparison of two periods needs some cases in each."""

    code = "MI005"
    sentence = "比较两个时期，每个时期至少要有%(least)s件；现在是%(first)s件和%(second)s件。"
    remedy = "请把时期放长一些。"
    status = 422


__all__ = ["EmptyLog", "LogTooLarge", "NoSuchColumn", "TooFewCases", "UnreadableLog"]
