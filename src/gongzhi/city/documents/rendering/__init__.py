"""Papers as PDF: the filled HTML of a mechanism's template, laid out as an official paper with its fonts inside."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import segno

from gongzhi.city.documents.rendering.laying import has_closing, laid_out
from gongzhi.city.documents.rendering.pictures import Picture, read_picture
from gongzhi.city.documents.rendering.typesetting import Set, typeset
from gongzhi.engine.mechanisms.papers import content_hash, images_of, read_paper


@dataclass(frozen=True, slots=True, kw_only=True)
class Foot:
    """What stands below the line on the last page."""

    #: what the QR code says: the address of the verification page
    address: str
    #: the verification code, in groups
    code: str
    #: one to three short lines
    words: Sequence[str] = ()


def render(
    html_body: str,
    *,
    title: str,
    foot: Foot | None = None,
    closing: Sequence[str] = (),
    images: Mapping[str, bytes] | None = None,
) -> bytes:
    """A paper as PDF: filled HTML in, bytes out; the same bytes for the same input.

    ``closing`` (office, date) is printed at the right below the text when the paper itself has no such lines;
    ``images`` are drawn signatures by name (PNG, JPEG or SVG). Raises BadPaper, BadSignatureImage, FontMissing.
    """
    return lay_out(html_body, title=title, foot=foot, closing=closing, images=images).pdf


def lay_out(
    html_body: str,
    *,
    title: str,
    foot: Foot | None = None,
    closing: Sequence[str] = (),
    images: Mapping[str, bytes] | None = None,
) -> Set:
    """As ``render``, and with the place over which a seal goes."""
    blocks = read_paper(html_body)
    pictures = {
        name: read_picture(data) for name, data in (images or {}).items() if name in images_of(blocks)
    }
    own = has_closing(blocks)
    return typeset(
        "paper.typ",
        title,
        {
            "title": title,
            "blocks": laid_out(blocks, pictures, closing[0] if closing else ""),
            "closing": [] if own else list(closing),
            "foot": _foot(foot),
        },
        anchored=own or bool(closing),
    )


def _foot(foot: Foot | None) -> dict[str, object] | None:
    if foot is None:
        return None
    out = io.BytesIO()
    segno.make(foot.address, error="m", micro=False).save(
        out, kind="svg", border=0, xmldecl=False, dark="#000"
    )
    return {"qr": out.getvalue().decode(), "code": foot.code, "words": list(foot.words)}


__all__ = ["Foot", "Picture", "Set", "content_hash", "lay_out", "render"]
