"""Decision tables: read from CSV, XLSX or DMN, compiled, linted; every decision says because of which rows."""

from .dmn import Model, Traced, read_dmn
from .dmn_writing import write_dmn
from .errors import Contradiction, MissingInput, ModelError, NoSuchDecision, SeveralRows, TableError
from .files import read_csv
from .linting import lint
from .model import Because, Cell, Decision, HitPolicy, Input, Output, Rule, Table
from .workbooks import read_xlsx

__all__ = [
    "Because", "Cell", "Contradiction", "Decision", "HitPolicy", "Input", "MissingInput", "Model", "ModelError", "NoSuchDecision",
    "Output", "Rule", "SeveralRows", "Table", "TableError", "Traced", "lint", "read_csv", "read_dmn", "read_xlsx", "write_dmn",
]  # fmt: skip
