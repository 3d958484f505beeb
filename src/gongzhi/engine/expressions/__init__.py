"""FEEL, the expression language of DMN: compiled to Python, decimal, three-valued, null instead of exceptions.

``compile_expression`` and ``compile_unary_tests`` are the doors; see docs/reference/feel.md.
"""

from .errors import FeelError, TooComplex
from .expression import Expression, UnaryTests, compile_expression, compile_unary_tests
from .operators import equal
from .temporal import Date, DateTime, DaysDuration, MonthsDuration, Time
from .values import Function, Range, from_python, show, to_python

__all__ = [
    "Date", "DateTime", "DaysDuration", "Expression", "FeelError", "Function", "MonthsDuration", "Range", "Time", "TooComplex", "UnaryTests",
    "compile_expression", "compile_unary_tests", "equal", "from_python", "show", "to_python",
]  # fmt: skip
