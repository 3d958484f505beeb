"""The codes on printed slips: drawn at random, told once, found again by a keyed hash."""

from __future__ import annotations

import secrets

from gongzhi.city.people import keys

#: letters and figures that nobody takes for each other
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
#: what binds the hashes of slips to slips
PURPOSE = "assemblies.slip:"
LENGTH = 12


def new_code() -> str:
    """Twelve letters and figures in groups of four: 58 bits."""
    code = "".join(secrets.choice(ALPHABET) for _each in range(LENGTH))
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"


def hash_of(code: str) -> str:
    """The keyed hash of a code as somebody typed or scanned it."""
    plain = "".join(each for each in code.upper() if each in ALPHABET)
    return keys.keyed_hash(PURPOSE + plain)


__all__ = ["hash_of", "new_code"]
