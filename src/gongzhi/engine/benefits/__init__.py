"""Benefits: who is entitled to what, from when, how much, and why."""

from .errors import HasItAlready, HasNone, NotEntitled, NotInSql, Overlapping, ProgrammeWrong
from .paying import Basis, Entitled, Line, Owed, Part, basis_of, line_of, owed, owed_until
from .programme import Assessment, Programme, compile_programme, facts_of, reckon
from .spec import FUNCTIONS, NAMES, GrantSpec, ProgrammeSpec, StopSpec, ValueSpec

__all__ = [
    "FUNCTIONS", "NAMES", "Assessment", "Basis", "Entitled", "GrantSpec", "HasItAlready", "HasNone", "Line", "NotEntitled",
    "NotInSql", "Overlapping", "Owed", "Part", "Programme", "ProgrammeSpec", "ProgrammeWrong", "StopSpec", "ValueSpec",
    "basis_of", "compile_programme", "facts_of", "line_of", "owed", "owed_until", "reckon",
]  # fmt: skip
