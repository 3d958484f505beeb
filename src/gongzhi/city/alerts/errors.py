"""How feeds refuse."""

from __future__ import annotations

from gongzhi.engine.errors import GongzhiError


class NoSuchFeed(GongzhiError):
    """No installed mechanism declares this feed."""

    code = "AL001"
    sentence = "没有数据来源“%(feed)s”。"
    remedy = "请核对名称（机制.来源），或先安装声明它的机制。"
    status = 404


class NoSuchBatch(GongzhiError):
    """A batch that is not there."""

    code = "AL002"
    sentence = "没有第%(batch)s批数据。"
    status = 404


class Broken(GongzhiError):
    """A file that can't be read, or not to its end. What was read before the break is kept."""

    code = "AL003"
    sentence = "文件读不下去：%(why)s。"
    remedy = "原件已保存，读出来的部分已入库；请让来源单位重新导出，再送一次，已收的不会重复。"
    status = 422


class TooMuchWaiting(GongzhiError):
    """More is waiting to be stored than can be; come again later."""

    code = "AL004"
    sentence = "排队等待入库的数据太多（%(waiting)s批）。"
    remedy = "请按 Retry-After 的秒数之后再送，同一个 Idempotency-Key 不会重复。"
    status = 429


class TooLarge(GongzhiError):
    """More than is taken at once by this way."""

    code = "AL005"
    sentence = "一次送来的数据太大（最多%(limit)s）。"
    remedy = "请分几次送，或由管理员用 gongzhi feeds import 导入。"
    status = 413


class WrongShape(GongzhiError):
    """A push or a message that holds no readings."""

    code = "AL006"
    sentence = "送来的数据不是约定的样子：%(why)s。"
    remedy = "请按接口说明发送 readings 列表，每个有 series、at、value。"
    status = 422


class FeedBusy(GongzhiError):
    """Another process is storing data of this feed, for longer than we wait."""

    code = "AL007"
    sentence = "“%(feed)s”正在入库，请稍后再试。"
    status = 503


class UnknownSeries(GongzhiError):
    """A name can only be given to a series that the register knows."""

    code = "AL008"
    sentence = "登记簿里没有编号“%(series)s”。"
    remedy = "请先在登记簿里登记，或核对编号。"
    status = 422


class NothingApart(GongzhiError):
    """A batch without rows that were kept apart."""

    code = "AL009"
    sentence = "这一批没有放一边的数据。"
    status = 409


class NotForReadings(GongzhiError):
    """Readings are pushed into a feed of kind series only; an extract comes as a file."""

    code = "AL010"
    sentence = "“%(feed)s”是登记簿摘要，只能按文件导入。"
    remedy = "请上传文件，或用 gongzhi feeds import。"
    status = 422


class NoBroker(GongzhiError):
    """The MQTT broker can't be reached or refuses us."""

    code = "AL011"
    sentence = "连不上消息队列 %(broker)s：%(why)s。"
    remedy = "请核对 GONGZHI_MQTT 的地址、账号和证书。"
    status = 503


__all__ = [
    "Broken",
    "FeedBusy",
    "NoBroker",
    "NoSuchBatch",
    "NoSuchFeed",
    "NotForReadings",
    "NothingApart",
    "TooLarge",
    "TooMuchWaiting",
    "UnknownSeries",
    "WrongShape",
]
