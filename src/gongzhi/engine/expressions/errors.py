"""How an expression is refused when it is compiled. Running an expression never raises: FEEL answers null."""

from __future__ import annotations

from gongzhi.engine.errors import GongzhiError, Where


class FeelError(GongzhiError):
    """A FEEL text that cannot be compiled; ``where`` carries line and column of the text.

    Data: ``text`` (the expression, shortened), ``line``, ``column``, ``why`` (Chinese).
    """

    code = "X001"
    sentence = "表达式有误：第%(line)d行第%(column)d列，%(why)s(%(text)s)。"
    remedy = "请改正后再试；写法见 FEEL 参考。"

    def __init__(
        self, text: str, why: str, *, line: int = 1, column: int = 1, where: Where | None = None
    ) -> None:
        shown = text if len(text) <= 80 else text[:77] + "…"
        base = where or Where()
        if not base.file and not base.sheet:
            base = Where(key=base.key, line=line, column=column, version=base.version)
        super().__init__(where=base, text=shown, why=why, line=line, column=column)


class TooComplex(FeelError):
    """A FEEL text beyond the limits of length or nesting that protect the engine from hostile input."""

    code = "X002"
    remedy = "请拆成几个较短的表达式。"


__all__ = ["FeelError", "TooComplex"]
