"""Drawn signatures: a PNG is read and written anew, an SVG may only draw lines."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass

from lxml import etree
from PIL import Image, UnidentifiedImageError

from gongzhi.city.documents.errors import BadSignatureImage

MOST_BYTES, MOST_PIXELS, SIDE = 512 * 1024, 4_000_000, 1200
_DRAWING = {"svg", "g", "path", "polyline", "line", "rect"}
_ATTRIBUTES = {
    "d", "points", "x", "y", "x1", "y1", "x2", "y2", "width", "height", "viewBox", "fill", "stroke", "stroke-width",
    "stroke-linecap", "stroke-linejoin", "transform", "version",
}  # fmt: skip
_VALUE = re.compile(r"^[A-Za-z0-9#.,()\s%+-]*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture that may be printed."""

    data: bytes
    #: png or svg
    format: str


def read_picture(data: bytes) -> Picture:
    """A signature as it may be printed. Raises BadSignatureImage."""
    if not data or len(data) > MOST_BYTES:
        raise BadSignatureImage(why=f"要在1到{MOST_BYTES // 1024}KB之间")
    return _svg(data) if data.lstrip()[:1] == b"<" else _png(data)


def _png(data: bytes) -> Picture:
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
            if image.width * image.height > MOST_PIXELS:
                raise BadSignatureImage(why="图太大")
            image.load()
            image.thumbnail((SIDE, SIDE))
            out = io.BytesIO()
            image.convert("RGBA").save(out, "PNG", optimize=True)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise BadSignatureImage(why="不是PNG或JPEG图") from error
    return Picture(data=out.getvalue(), format="png")


def _svg(data: bytes) -> Picture:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise BadSignatureImage(why="SVG读不出来") from error
    if b"<!" in data.replace(b"<!--", b""):
        raise BadSignatureImage(why="SVG里有声明")
    for node in root.iter():
        tag = etree.QName(node).localname if isinstance(node.tag, str) else "?"
        given = {str(name): str(value) for name, value in node.attrib.items()}
        bad = [name for name, value in given.items() if name not in _ATTRIBUTES or not _VALUE.match(value)]
        if tag not in _DRAWING or bad:
            raise BadSignatureImage(why=f"SVG里有“{bad[0] if bad else tag}”"[:60])
    return Picture(data=etree.tostring(root), format="svg")
