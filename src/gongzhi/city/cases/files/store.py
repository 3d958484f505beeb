"""The folder of files: ``$GONGZHI_HOME/files/ab/abcdef…``, one file per content, written whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import tempfile
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from gongzhi.city.cases.files.errors import FileMissing, NoRoom

CHUNK = 1024 * 1024
HASH = re.compile(r"^[0-9a-f]{64}$")


def put(stream: BinaryIO) -> tuple[str, int]:
    """Keep a stream's bytes; gives (sha256, size). The same content twice is one file. Raises NoRoom."""
    digest, size = hashlib.sha256(), 0
    folder = root()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix="incoming-", dir=folder)
        try:
            with os.fdopen(handle, "wb") as out:
                while chunk := stream.read(CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
            target = path_of(digest.hexdigest())
            target.parent.mkdir(exist_ok=True)
            os.replace(temporary, target)
            sync_folder(target.parent)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG):
            raise NoRoom() from error
        raise
    return digest.hexdigest(), size


def open_file(sha256: str) -> BinaryIO:
    """The bytes of a hash. Raises FileMissing."""
    try:
        return path_of(sha256).open("rb")
    except FileNotFoundError as error:
        raise FileMissing(sha256=sha256) from error


def path_of(sha256: str) -> Path:
    """Where the content of this hash lies. Raises FileMissing for what is no hash."""
    if not HASH.match(sha256):
        raise FileMissing(sha256=sha256[:64])
    return root() / sha256[:2] / sha256


def remove(sha256: str) -> None:
    """Drop a content that no row mentions any more."""
    path_of(sha256).unlink(missing_ok=True)


def root() -> Path:
    return Path(settings.GONGZHI_HOME) / "files"


def sync_folder(folder: Path) -> None:
    """A rename is durable only when its folder has reached the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
