"""A mechanism is a folder: this room reads it, checks it, runs its examples, compares, packs and starts new ones.

mechanism = load(Path("daye_minqing"))      raises MechanismRefused with every problem of the files
problems = check(Path("daye_minqing"))      every problem, also of what the files say together
report = run_all(mechanism)                 every scenario on the engine alone
"""

from gongzhi.engine.mechanisms.archives import pack, unpack
from gongzhi.engine.mechanisms.coverage import coverage
from gongzhi.engine.mechanisms.differences import Change, diff, follows
from gongzhi.engine.mechanisms.documents import Document, fill_text
from gongzhi.engine.mechanisms.drawing import NoSuchCaseType, draw, export_bpmn
from gongzhi.engine.mechanisms.errors import BadName, MechanismRefused, NotAMechanism, UnsafeArchive
from gongzhi.engine.mechanisms.jsonschemas import editor_settings, json_schema, json_schemas
from gongzhi.engine.mechanisms.lint import check, passes, report
from gongzhi.engine.mechanisms.loader import load, read
from gongzhi.engine.mechanisms.measuring import Figure, figure, view
from gongzhi.engine.mechanisms.mechanism import Mechanism, Scenario, digest_of
from gongzhi.engine.mechanisms.running import Failure, Report, Result, compile_all, run, run_all, run_example
from gongzhi.engine.mechanisms.scaffold import new

__all__ = [
    "BadName", "Change", "Document", "Failure", "Figure", "Mechanism", "MechanismRefused", "NoSuchCaseType",
    "NotAMechanism", "Report", "Result", "Scenario", "UnsafeArchive", "check", "compile_all", "coverage", "diff",
    "digest_of", "draw", "editor_settings", "export_bpmn", "figure", "fill_text", "follows", "json_schema",
    "json_schemas", "load", "new", "pack", "passes", "read", "report", "run", "run_all", "run_example", "unpack", "view",
]  # fmt: skip
