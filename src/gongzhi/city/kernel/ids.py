"""Ids that programs sort by and codes that people read aloud.

``sortable_id`` is a UUID version 7 (RFC 9562): 48 bits of milliseconds, 74 random bits; inserting in order keeps
database indexes compact. ``tracking_code`` is what a resident without an account holds: 50 random bits in Crockford
base32 plus one check character, so that it can't be guessed and a slip of the pen is noticed before any look-up.
"""

from __future__ import annotations

import secrets
import unicodedata
from datetime import datetime
from uuid import UUID

from gongzhi.city.kernel import clock

#: Crockford's base32: no I, L, O, U
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("OIL", "011")
_LENGTH = 10
_VERIFICATION_LENGTH = 15


def sortable_id(at: datetime | None = None) -> UUID:
    """A new UUIDv7 whose order follows ``at`` (default: the city's clock)."""
    milliseconds = int((at or clock.now()).timestamp() * 1000)
    value = (milliseconds & (1 << 48) - 1) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)


def tracking_code() -> str:
    """A new tracking code of 11 characters, e.g. ``7K3QJ9Z0XCM``; show it with ``spaced``."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(_LENGTH))
    return body + _check_character(body)


def verification_code() -> str:
    """A new code of 16 characters for a sealed paper: 75 random bits and a check character."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(_VERIFICATION_LENGTH))
    return body + _check_character(body)


def read_tracking_code(text: str) -> str | None:
    """The canonical code that a person typed (spaces, hyphens, full-width, lower case, O for 0), or None if none."""
    return _read(text, _LENGTH)


def read_verification_code(text: str) -> str | None:
    """As ``read_tracking_code``, for the code of a sealed paper."""
    return _read(text, _VERIFICATION_LENGTH)


def _read(text: str, length: int) -> str | None:
    plain = unicodedata.normalize("NFKC", text[:80]).upper()
    plain = "".join(c for c in plain if c not in " -—–_·").translate(_MISREAD)
    if len(plain) != length + 1 or any(c not in ALPHABET for c in plain):
        return None
    return plain if _check_character(plain[:-1]) == plain[-1] else None


def spaced(code: str) -> str:
    """The code in groups for the eye: ``7K3Q-J9Z0-XCM``."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def _check_character(body: str) -> str:
    """A weighted sum over the field of 32 elements (x⁵+x²+1), weights 2, 4, 8 …

    All weights differ, so every single wrong character and every swap of two characters changes the sum.
    """
    total, weight = 0, 1
    for character in body:
        weight = _times(weight, 2)
        total ^= _times(weight, ALPHABET.index(character))
    return ALPHABET[total]


def _times(a: int, b: int) -> int:
    product = 0
    while b:
        if b & 1:
            product ^= a
        a <<= 1
        if a & 32:
            a ^= 0b100101
        b >>= 1
    return product
