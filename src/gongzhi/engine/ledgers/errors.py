"""How books refuse."""

from __future__ import annotations

from gongzhi.engine.errors import GongzhiError


class BadAmount(GongzhiError):
    """An amount that can't be posted: not above zero, too fine for the ledger, or no number."""

    code = "LE001"
    sentence = "“%(amount)s”不能入账：数目要大于零，最多%(decimals)d位小数。"
    remedy = "请核对数目。"
    status = 422


class Unbalanced(GongzhiError):
    """Lines whose sum is not zero: a program is wrong, no person can mend it."""

    code = "LE002"
    sentence = "这笔账两边不平，差%(off)s。"
    remedy = "一个数也没有记。请把这句话告诉管理员。"
    status = 500


class UnlawfulRule(GongzhiError):
    """A rule of points that punishes what the law lets everybody do, or ties points to what everybody is entitled to."""

    code = "LE003"
    sentence = "这条规则不能保存：%(says)s"
    remedy = "%(remedy)s"
    status = 422
