"""What a file is, told by its bytes. The name and the type that the browser sends are not believed."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from PIL import Image, ImageOps, UnidentifiedImageError

from gongzhi.city.cases.files.errors import (
    ActiveContent,
    BrokenFile,
    EmptyFile,
    FileTooLarge,
    KindNotAllowed,
    SuspiciousArchive,
    TooManyPixels,
)

MEGA = 1024 * 1024
#: a phone's camera makes 12 to 50 megapixels; decoding takes 3 bytes for each
PIXELS = 60_000_000
#: longest side that is kept: enough to read a house number, a fifth of the bytes
SIDE = 4096
#: what an office document may unpack to, in bytes, as a multiple of its size, and in entries
UNPACKED, RATIO, ENTRIES = 120 * MEGA, 200, 5000
CHUNK = 256 * 1024

# Pillow warns above this and refuses above twice this, while it reads the header.
Image.MAX_IMAGE_PIXELS = PIXELS

Bombs = (Image.DecompressionBombError, Image.DecompressionBombWarning)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected:
    """A file that may be kept."""

    #: without folders and control characters, with the ending of its real type
    name: str
    type: str
    #: rewound; for an image the re-encoded one
    stream: BinaryIO
    width: int | None = None
    height: int | None = None


def inspect(name: str, stream: BinaryIO) -> Inspected:
    """Look into an upload: seekable stream in, the file as it may be kept out.

    Images are decoded and encoded anew, so that no EXIF (the place where a photo was taken), no comment and
    no foreign tail survives. Raises a FileRefused that says why.
    """
    name = clean_name(name)
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    head = stream.read(64)
    stream.seek(0)
    if not size:
        raise EmptyFile(name=name)
    for starts, limit, look in KINDS:
        if starts(head):
            if size > limit:
                raise FileTooLarge(name=name, size=size / MEGA, limit=limit // MEGA)
            return look(name, stream)
    raise KindNotAllowed(name=name, found=what_is(head))


def clean_name(name: str) -> str:
    """A file name without folders, control and direction characters, of at most 120 characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(char for char in last if char.isprintable() and char not in '<>:"|?*‮‭')
    return kept.strip(" .")[-120:] or "file"


#: beginnings of what is refused, so that the error can say what it is
FOREIGN = (
    (b"MZ", "Windows程序"),
    (b"\x7fELF", "Linux程序"),
    (b"\xcf\xfa\xed\xfe", "macOS程序"),
    (b"\xca\xfe\xba\xbe", "程序"),
    (b"#!", "脚本"),
    (b"Rar!", "压缩包"),
    (b"7z\xbc\xaf", "压缩包"),
    (b"\x1f\x8b", "压缩包"),
    (b"PK", "压缩包"),
    (b"\xd0\xcf\x11\xe0", "旧版Office文档"),
    (b"GIF8", "GIF动图"),
)


def what_is(head: bytes) -> str:
    """A word for the content that begins with these bytes."""
    for start, word in FOREIGN:
        if head.startswith(start):
            return word
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<svg", b"<?xml", b"<!doctype svg")):
        return "SVG或XML文件"
    if text.startswith(b"<"):
        return "网页文件"
    return "不认识的格式"


def look_at_image(name: str, stream: BinaryIO) -> Inspected:
    """Decode within the pixel limit, turn upright, encode anew: PNG stays PNG, the rest becomes JPEG."""
    try:
        picture = Image.open(stream, formats=("JPEG", "PNG", "WEBP"))
        width, height = picture.size
        if width * height > PIXELS:
            raise TooManyPixels(name=name, width=width, height=height, limit=PIXELS // 10_000)
        kind = "PNG" if picture.format == "PNG" else "JPEG"
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((SIDE, SIDE))
        if kind == "JPEG":
            clean = upright.convert("RGB")
        else:
            clean = upright.convert(
                "RGBA" if "A" in upright.mode or "transparency" in upright.info else "RGB"
            )
        clean.info = {}
        encoded = io.BytesIO()
        clean.save(encoded, kind, **({"quality": 88} if kind == "JPEG" else {"compress_level": 6}))
    except Bombs as bomb:
        raise TooManyPixels(name=name, width=0, height=0, limit=PIXELS // 10_000) from bomb
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, IndexError) as broken:
        raise BrokenFile(name=name) from broken
    encoded.seek(0)
    ending = ".png" if kind == "PNG" else ".jpg"
    return Inspected(
        name=with_ending(name, ending),
        type=f"image/{kind.lower()}",
        stream=encoded,
        width=clean.width,
        height=clean.height,
    )


def look_at_pdf(name: str, stream: BinaryIO) -> Inspected:
    """A PDF ends with %%EOF and neither launches programs nor carries script."""
    content = stream.read()
    stream.seek(0)
    if b"%%EOF" not in content[-2048:]:
        raise BrokenFile(name=name)
    for mark in (b"/JavaScript", b"/JS ", b"/JS(", b"/Launch", b"/EmbeddedFile"):
        if mark in content:
            raise ActiveContent(name=name, why=mark.decode().strip(" ("))
    return Inspected(name=with_ending(name, ".pdf"), type="application/pdf", stream=stream)


OFFICE = {
    "word/document.xml": (".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xl/workbook.xml": (".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def look_at_office(name: str, stream: BinaryIO) -> Inspected:
    """A Word or Excel file: a zip of known make, without macros, that unpacks to a sane size."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            names = {entry.filename for entry in archive.infolist()}
            kind = next((OFFICE[main] for main in OFFICE if main in names), None)
            weigh(name, archive, size)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError) as broken:
        raise BrokenFile(name=name) from broken
    if kind is None or "[Content_Types].xml" not in names:
        raise KindNotAllowed(name=name, found="压缩包")
    if any("vbaproject" in entry.lower() or "activex" in entry.lower() for entry in names):
        raise ActiveContent(name=name, why="宏")
    stream.seek(0)
    return Inspected(name=with_ending(name, kind[0]), type=kind[1], stream=stream)


def weigh(name: str, archive: zipfile.ZipFile, size: int) -> None:
    """Unpack into nothing and count: what a zip's directory announces may be a lie."""
    entries = archive.infolist()
    if len(entries) > ENTRIES:
        raise SuspiciousArchive(name=name, why=f"{len(entries)}个条目")
    allowed = min(UNPACKED, max(size * RATIO, MEGA))
    if sum(entry.file_size for entry in entries) > allowed:
        raise SuspiciousArchive(name=name, why="体积膨胀")
    seen = 0
    for entry in entries:
        with archive.open(entry) as inner:
            while chunk := inner.read(CHUNK):
                seen += len(chunk)
                if seen > allowed:
                    raise SuspiciousArchive(name=name, why="体积膨胀")


def look_at_video(name: str, stream: BinaryIO) -> Inspected:
    """An MP4: its first box is ``ftyp`` with a brand of that family, and a ``moov`` box follows."""
    head = stream.read(12)
    if head[8:12] not in (
        b"isom",
        b"iso2",
        b"iso4",
        b"iso5",
        b"iso6",
        b"mp41",
        b"mp42",
        b"avc1",
        b"M4V ",
        b"3gp4",
        b"3gp5",
    ):
        raise KindNotAllowed(name=name, found="不认识的视频")
    stream.seek(0)
    boxes = set(box_names(stream))
    stream.seek(0)
    if b"moov" not in boxes:
        raise BrokenFile(name=name)
    return Inspected(name=with_ending(name, ".mp4"), type="video/mp4", stream=stream)


def box_names(stream: BinaryIO) -> list[bytes]:
    """Names of the top-level boxes of an MP4, as far as their sizes make sense."""
    names: list[bytes] = []
    place = 0
    while len(names) < 1000:
        stream.seek(place)
        head = stream.read(16)
        if len(head) < 8:
            return names
        length = int.from_bytes(head[:4], "big")
        if length == 1:
            length = int.from_bytes(head[8:16], "big")
        names.append(head[4:8])
        if length < 8:  # 0: this box reaches to the end of the file
            return names
        place += length
    return names


def with_ending(name: str, ending: str) -> str:
    """The name with the ending of what the file really is."""
    stem, dot, last = name.rpartition(".")
    if not dot or len(last) > 5:
        stem = name
    return f"{stem or 'file'}{ending}"


Kind = tuple[Callable[[bytes], bool], int, Callable[[str, BinaryIO], Inspected]]

#: how it begins, how many bytes it may have, how it is looked at
KINDS: tuple[Kind, ...] = (
    (lambda head: head.startswith(b"\xff\xd8\xff"), 20 * MEGA, look_at_image),
    (lambda head: head.startswith(b"\x89PNG\r\n\x1a\n"), 20 * MEGA, look_at_image),
    (lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP", 20 * MEGA, look_at_image),
    (lambda head: head.startswith(b"%PDF-"), 20 * MEGA, look_at_pdf),
    (lambda head: head.startswith(b"PK\x03\x04"), 20 * MEGA, look_at_office),
    (lambda head: head[4:8] == b"ftyp", 100 * MEGA, look_at_video),
)
