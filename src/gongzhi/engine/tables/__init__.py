"""Decision tables: read from CSV, XLSX or DMN, compiled, linted; every decision says because of which rows."""

from .errors import Contradiction, MissingInput, ModelError, NoSuchDecision, SeveralRows, TableError
from .files import read_csv
from .model import Because, Cell, Decision, HitPolicy, Input, Output, Rule, Table

__all__ = [
    "Because", "Cell", "Contradiction", "Decision", "HitPolicy", "Input", "MissingInput", "ModelError", "NoSuchDecision",
    "Output", "Rule", "SeveralRows", "Table", "TableError", "read_csv",
]  # fmt: skip
