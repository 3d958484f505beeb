"""How the analytics room refuses."""

from __future__ import annotations

from gongzhi.engine.errors import GongzhiError


class NoSuchQuery(GongzhiError):
    """No SQL file of that name."""

    code = "AN001"
    sentence = "没有“%(query)s”这个查询。"
    remedy = "请核对查询文件名（city/analytics/queries）。"
    status = 404


class NoSpark(GongzhiError):
    """Settings ask for Spark, and it is not there: the package or Java is absent."""

    code = "AN002"
    sentence = "设置要求用 Spark 计算，但启动不了：%(why)s。"
    remedy = "请安装 gongzhi[spark] 和 Java 17，或把 GONGZHI_ANALYTICS 改为 duckdb。"
    status = 503


class QueryFailed(GongzhiError):
    """The engine refused the query: out of memory, out of disk, a file that vanished."""

    code = "AN003"
    sentence = "计算没有完成：%(why)s。"
    remedy = "请缩小范围再试；内存不够可以调大 GONGZHI_ANALYTICS_MEMORY。"
    status = 507


class Busy(GongzhiError):
    """Another process is writing the facts."""

    code = "AN004"
    sentence = "另一个程序正在整理事实表。"
    remedy = "请稍后再试。"
    status = 409


__all__ = ["Busy", "NoSpark", "NoSuchQuery", "QueryFailed"]
