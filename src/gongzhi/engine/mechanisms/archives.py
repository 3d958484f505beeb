"""A mechanism as one file that travels: a zip archive whose bytes depend on its content alone."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import PurePosixPath

from gongzhi.engine.mechanisms.errors import UnsafeArchive
from gongzhi.engine.mechanisms.loader import MAX_FILES, MAX_TOTAL
from gongzhi.engine.mechanisms.mechanism import Mechanism

#: the earliest time that the format knows: the same mechanism packs to the same bytes on every day
EPOCH = (1980, 1, 1, 0, 0, 0)
#: compressed size under which a larger file is suspicious whatever it says
_MAX_RATIO = 200


def pack(mechanism: Mechanism) -> bytes:
    """The folder as a zip archive: files in order of path under the mechanism's id, without times and owners."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(mechanism.files):
            info = zipfile.ZipInfo(f"{mechanism.id}/{path}", EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, mechanism.files[path])
    return buffer.getvalue()


def unpack(content: bytes) -> Mapping[str, bytes]:
    """Path -> bytes of an archive, ready for ``load``; the one folder at its top is taken off.

    Raises ``UnsafeArchive`` for what is no archive, holds paths outside itself, links, too many or too large files.
    """
    files = dict(read_archive(content))
    tops = {path.split("/", 1)[0] for path in files}
    if len(tops) == 1 and "mechanism.yaml" not in files:
        files = {path.split("/", 1)[1]: data for path, data in files.items() if "/" in path}
    return files


def read_archive(content: bytes) -> Mapping[str, bytes]:
    """Path -> bytes of an archive as it stands. Raises ``UnsafeArchive`` for the same reasons."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError) as error:
        raise UnsafeArchive(reason="文件不是机制包，或已损坏") from error
    with archive:
        infos = [info for info in archive.infolist() if not info.is_dir()]
        _refuse_unsafe(infos)
        try:
            files = {info.filename: archive.read(info) for info in infos}
        except (
            zipfile.BadZipFile,
            NotImplementedError,
            RuntimeError,
            EOFError,
            OSError,
            zlib.error,
        ) as error:
            raise UnsafeArchive(reason="内容损坏或加了密") from error
    return files


def _refuse_unsafe(infos: list[zipfile.ZipInfo]) -> None:
    if len(infos) > MAX_FILES:
        raise UnsafeArchive(reason=f"文件超过{MAX_FILES}个")
    if sum(info.file_size for info in infos) > MAX_TOTAL:
        raise UnsafeArchive(reason=f"解开后超过{MAX_TOTAL // 1_000_000} MB")
    names: set[str] = set()
    for info in infos:
        path = PurePosixPath(info.filename)
        if path.is_absolute() or ".." in path.parts or "\\" in info.filename or ":" in info.filename:
            raise UnsafeArchive(reason=f"路径“{info.filename[:80]}”指向包外")
        if (info.external_attr >> 16) & 0o170000 == 0o120000:
            raise UnsafeArchive(reason=f"“{info.filename[:80]}”是链接")
        if info.file_size > 100_000 and info.file_size > info.compress_size * _MAX_RATIO:
            raise UnsafeArchive(reason=f"“{info.filename[:80]}”压缩得不正常")
        if info.filename in names:
            raise UnsafeArchive(reason=f"“{info.filename[:80]}”出现了两次")
        names.add(info.filename)


__all__ = ["EPOCH", "pack", "read_archive", "unpack"]
