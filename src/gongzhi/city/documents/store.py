"""The folder of sealed papers: ``$GONGZHI_HOME/papers/ab/abcdef….pdf``, written whole or not at all, never changed."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path

from django.conf import settings

from gongzhi.city.documents.errors import NoSuchPaper

_HASH = re.compile(r"^[0-9a-f]{64}$")


def put(data: bytes) -> str:
    """Keep a file's bytes; gives their SHA-256. OSError when the disk refuses: then nothing of it stays."""
    digest = hashlib.sha256(data).hexdigest()
    target = path_of(digest)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(prefix="incoming-", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return digest


def read(sha256: str) -> bytes:
    """The bytes of a hash. Raises NoSuchPaper when the file is gone."""
    try:
        return path_of(sha256).read_bytes()
    except FileNotFoundError as error:
        raise NoSuchPaper() from error


def path_of(sha256: str) -> Path:
    """Where the content of this hash lies."""
    if not _HASH.match(sha256):
        raise NoSuchPaper()
    return Path(settings.GONGZHI_HOME) / "papers" / sha256[:2] / f"{sha256}.pdf"
