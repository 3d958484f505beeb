"""What a state means for who works with which version. Two questions, asked of the register alone.

A register whose first state is not yet in force has drafts: changing a record in force begins the next draft, and the
version in force stays what it is until the draft comes into force. A move from a state in force to any other state but
the first one ends it (withdrawn, repealed).
"""

from __future__ import annotations

from gongzhi.engine.registers import Move, Register


def in_force(register: Register, state: str) -> bool:
    """Whether others work with a record in this state: the public reads it, or cases may name it."""
    return register.is_public(state) or register.is_usable(state)


def revision(register: Register, state: str) -> Move | None:
    """The move by which a record in force becomes a draft again; None where changes count at once."""
    if not in_force(register, state) or in_force(register, register.start):
        return None
    return next((each for each in register.moves_from(state) if each.to == register.start), None)


def ends_force(register: Register, state: str) -> bool:
    """Whether reaching this state ends the version in force, instead of preparing the next."""
    if state == register.start or in_force(register, state):
        return False
    return any(
        each.to == state and any(in_force(register, source) for source in each.from_)
        for each in register.moves.values()
    )
