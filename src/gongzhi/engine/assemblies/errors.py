"""How an assembly refuses. Each refusal says what is short and what to do about it."""

from __future__ import annotations

from gongzhi.engine.errors import GongzhiError


class AssemblyRefused(GongzhiError):
    """Root of the refusals of meetings and ballots."""

    code = "AS000"
    sentence = "这次会议现在不能这样办。"
    status = 409


class BadShare(AssemblyRefused):
    """A threshold that is no share between 0 and 1, or has neither ``over`` nor ``at_least``."""

    code = "AS001"
    sentence = "“%(share)s”不是可以用的比例。"
    remedy = "请写分数，例如 over: 1/2（过半数）或 at_least: 2/3（三分之二以上）。"
    status = 422


class BadFigures(AssemblyRefused):
    """Figures that cannot be: more ballots than people, more people than the roll."""

    code = "AS002"
    sentence = "表决的数字对不上：%(why)s。"
    remedy = "请重新清点：应到人数不少于实到人数，实到人数不少于各种票的合计。"
    status = 422


class NoticeTooShort(AssemblyRefused):
    """A meeting called for a day before the notice period is over (villagers' committee law, art. 21)."""

    code = "AS003"
    sentence = "开会要提前%(days)d天通知，%(notified)s通知的，最早%(earliest)s才能开。"
    remedy = "请把会期定在%(earliest)s或以后。"
    status = 422


class RecountDiffers(AssemblyRefused):
    """A published list of ballots that does not give the published root or sums."""

    code = "AS004"
    sentence = "重新计票的结果与公布的不一致：%(what)s。"
    remedy = "请把这份名单和公布的校验码一起交给村务监督委员会或乡镇核查。"


__all__ = ["AssemblyRefused", "BadFigures", "BadShare", "NoticeTooShort", "RecountDiffers"]
