"""How a decision table is refused when it is read, and how a decision is refused when it is asked for."""

from __future__ import annotations

from gongzhi.engine.errors import GongzhiError


class TableError(GongzhiError):
    """A table that cannot be read: layout, hit policy, a cell. Data: ``table``, ``why``."""

    code = "T001"
    sentence = "决策表“%(table)s”有误：%(why)s。"
    remedy = "请按决策表的版式改正后再读入。"


class MissingInput(GongzhiError):
    """A decision was asked for without the value of an input column. Data: ``table``, ``missing``, ``given``."""

    code = "T002"
    sentence = "决策表“%(table)s”缺少输入“%(missing)s”(给出的有：%(given)s)。"
    remedy = "请补上这一项；没有值时明确给出空值。"


class SeveralRows(GongzhiError):
    """More than one row of a unique (U) table is hit. Data: ``table``, ``rows``, ``inputs``."""

    code = "T003"
    sentence = "决策表“%(table)s”要求只命中一行，但第%(rows)s行同时命中(输入：%(inputs)s)。"
    remedy = "请修改这些行的条件，或者换一种命中规则。"


class Contradiction(GongzhiError):
    """Rows of an any (A) table are hit together and say different things. Data: ``table``, ``rows``, ``inputs``."""

    code = "T004"
    sentence = "决策表“%(table)s”的第%(rows)s行同时命中，但结论不同(输入：%(inputs)s)。"
    remedy = "请让这些行的结论一致，或者修改条件。"


class ModelError(GongzhiError):
    """A DMN file that cannot be read at all. Data: ``why``."""

    code = "T005"
    sentence = "DMN 文件不能读入：%(why)s。"
    remedy = "请检查文件是否为 DMN 1.2 至 1.5 的 XML。"


class NoSuchDecision(GongzhiError):
    """A model was asked for a decision that it does not have. Data: ``name``, ``known``."""

    code = "T006"
    sentence = "模型里没有决策“%(name)s”(有：%(known)s)。"
    remedy = "请从列出的决策中选一个。"


__all__ = ["Contradiction", "MissingInput", "ModelError", "NoSuchDecision", "SeveralRows", "TableError"]
