"""How books refuse."""

from __future__ import annotations

from gongzhi.engine.errors import GongzhiError


class NoSuchLedger(GongzhiError):
    """No installed mechanism declares this ledger."""

    code = "LE010"
    sentence = "没有账簿“%(ledger)s”。"
    remedy = "请核对名称（机制.账簿），或先安装声明它的机制。"
    status = 404


class NoSuchBook(GongzhiError):
    """A book, account, posting or exchange that is not there, or that this person may not see."""

    code = "LE011"
    sentence = "没有找到“%(which)s”。"
    remedy = "请核对编号；只能看本村（社区）的账。"
    status = 404


class NoSuchAccount(GongzhiError):
    """An account that the ledger does not have."""

    code = "LE012"
    sentence = "账簿“%(ledger)s”没有科目或户头“%(account)s”。"
    remedy = "请核对科目；户头按户号（编号）写。"
    status = 422


class TooLittle(GongzhiError):
    """An account would fall below its floor; nothing was posted."""

    code = "LE013"
    sentence = "“%(account)s”不够：现有%(there)s%(unit)s，要%(wanted)s%(unit)s。"
    remedy = "一个数也没有动。请减少数目，或等有了再办。"
    status = 409


class NothingToReverse(GongzhiError):
    """What should be reversed is not there, or was reversed before."""

    code = "LE014"
    sentence = "“%(which)s”没有可以冲正的账：没有记过，或已经冲正。"
    remedy = "请打开流水核对编号。"
    status = 409


class SeasonRunning(GongzhiError):
    """A season is closed only on or after its last day."""

    code = "LE015"
    sentence = "本季（%(season)s）到%(ends)s才结束，现在不能结季。"
    remedy = "请在最后一天或之后结季。"
    status = 409


class NoSeason(GongzhiError):
    """The ledger has no seasons, or the book was never opened."""

    code = "LE016"
    sentence = "“%(ledger)s”没有要结的季。"
    status = 409


class ExchangeOver(GongzhiError):
    """An exchange that was handed over or cancelled before."""

    code = "LE017"
    sentence = "这张兑换单%(state)s，不能再办。"
    remedy = "请核对单号。"
    status = 409
