"""Registers: kinds of records (service items, projects, instruments, service points) that a mechanism declares.

    register = compile_register(spec, tables)
    checked = register.check({"code": "A1", "title": "办证"})
    checked.ok, checked.values
    register.move("draft", "publish", "catalogue_editor")      # "published"
    register.derive(checked.values, today)                     # values that are computed, never stored
    register.differences(old, new)                             # what changed, in sentences

Pure: no clock (``today`` is an argument), no lookup of other records (the city does that).
"""

from gongzhi.engine.registers.changes import Change
from gongzhi.engine.registers.errors import (
    MoveNotFromHere,
    MoveNotYours,
    NoSuchMove,
    NoSuchState,
    RegisterRefused,
)
from gongzhi.engine.registers.keeping import Consent, Keep
from gongzhi.engine.registers.problems import RegisterProblem
from gongzhi.engine.registers.register import Derived, Move, Reference, Register, compile_register
from gongzhi.engine.registers.spec import (
    ACTIVE,
    ColumnSpec,
    DerivedSpec,
    KeepSpec,
    LifecycleSpec,
    MoveSpec,
    RegisterSpec,
)

__all__ = [
    "ACTIVE", "Change", "ColumnSpec", "Consent", "Derived", "DerivedSpec", "Keep", "KeepSpec", "LifecycleSpec", "Move", "MoveNotFromHere", "MoveNotYours", "MoveSpec",
    "NoSuchMove", "NoSuchState", "Reference", "Register", "RegisterProblem", "RegisterRefused", "RegisterSpec",
    "compile_register",
]  # fmt: skip
