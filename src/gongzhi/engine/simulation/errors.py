"""What a simulation refuses: assumptions that say nothing that could be run."""

from __future__ import annotations

from gongzhi.engine.errors import GongzhiError


class BadAssumption(GongzhiError):
    """An assumption that contradicts itself or the case type (an unknown step, a share above one, no staff)."""

    code = "SI001"
    sentence = "假设“%(what)s”用不了：%(why)s。"
    remedy = "请对照事项的环节和选项改这一条。"


class NoArrivals(GongzhiError):
    """Nothing says how many cases come."""

    code = "SI002"
    sentence = "没有说每天来多少件，模拟不了。"
    remedy = "请填每个工作日大约来多少件，或者选有历史办件的事项。"


class TooLarge(GongzhiError):
    """More work than one simulation may cost."""

    code = "SI003"
    sentence = "这次模拟太大：大约要走%(steps)s步，一次最多%(most)s步。"
    remedy = "请减少天数、每天件数或重复次数。"


class NoSolution(GongzhiError):
    """No number of people within the limit keeps the promise."""

    code = "SI004"
    sentence = "每个岗位加到%(most)d人，按时办结的把握仍达不到%(share)s。"
    remedy = "瓶颈不在人手：请看哪一步在等别人，或者改流程、放宽期限。"


class UnreadableAssumptions(GongzhiError):
    """The assumptions file is not one."""

    code = "SI005"
    sentence = "假设文件“%(file)s”读不懂：%(why)s。"
    remedy = "请对照“gongzhi schema”写出的 simulation.schema.json 改。"


__all__ = ["BadAssumption", "NoArrivals", "NoSolution", "TooLarge", "UnreadableAssumptions"]
