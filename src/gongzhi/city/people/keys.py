"""The key ring: seals text with AES-256-GCM and computes keyed hashes for look-ups.

``settings.GONGZHI_FIELD_KEYS`` is an ordered text ``index:<base64>,k1:<base64>,k2:<base64>``: the last is used for
sealing, all of them open, and ``index`` only computes hashes (it isn't rotated: hashes could not be recomputed
without opening every row in one go). A sealed text reads ``k2:<base64 of nonce and ciphertext>``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Mapping
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from gongzhi.city.people.errors import CannotUnseal

_NONCE = 12


def seal(plain: str, place: str) -> str:
    """The text sealed under the current key for ``place`` (``model.field``)."""
    key_id = current_key()
    nonce = os.urandom(_NONCE)
    sealed = AESGCM(_ring(settings.GONGZHI_FIELD_KEYS)[key_id]).encrypt(nonce, plain.encode(), place.encode())
    return f"{key_id}:{base64.b64encode(nonce + sealed).decode()}"


def unseal(sealed: str, place: str) -> str:
    """The plain text. CannotUnseal when its key is gone, or it was changed or moved from another place."""
    key_id, _, body = sealed.partition(":")
    key = _ring(settings.GONGZHI_FIELD_KEYS).get(key_id)
    if key is None:
        raise CannotUnseal(place=place, key=key_id)
    try:
        raw = base64.b64decode(body, validate=True)
        return AESGCM(key).decrypt(raw[:_NONCE], raw[_NONCE:], place.encode()).decode()
    except (InvalidTag, ValueError) as error:
        raise CannotUnseal(place=place, key=key_id) from error


def keyed_hash(plain: str) -> str:
    """64 hexadecimal digits by which equal texts are found without keeping the text (HMAC-SHA-256)."""
    return hmac.new(_ring(settings.GONGZHI_FIELD_KEYS)["index"], plain.encode(), hashlib.sha256).hexdigest()


def digest(plain: str) -> str:
    """SHA-256 of a random token: what is kept of it."""
    return hashlib.sha256(plain.encode()).hexdigest()


def current_key() -> str:
    """The id of the key that seals new texts."""
    return [key_id for key_id in _ring(settings.GONGZHI_FIELD_KEYS) if key_id != "index"][-1]


@lru_cache(maxsize=4)
def _ring(text: str) -> Mapping[str, bytes]:
    return read_ring(text)


def read_ring(text: str) -> dict[str, bytes]:
    """The keys of a ring by id, in order. ValueError says what is wrong with the text."""
    ring: dict[str, bytes] = {}
    for part in filter(None, (p.strip() for p in text.split(","))):
        key_id, _, body = part.partition(":")
        if not key_id.isalnum() or key_id in ring:
            raise ValueError(f"key id {key_id!r} must be letters and digits, and unique")
        key = base64.b64decode(body, validate=True)
        if len(key) != 32:
            raise ValueError(f"key {key_id} has {len(key)} bytes, 32 are needed")
        ring[key_id] = key
    if "index" not in ring or len(ring) < 2:
        raise ValueError("the ring needs one key named index and at least one other")
    return ring


def new_key() -> str:
    """A fresh key as base64."""
    return base64.b64encode(os.urandom(32)).decode()
