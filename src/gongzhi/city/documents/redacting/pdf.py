"""PDF: every page becomes a picture, what is removed is painted over in the picture, and a new file is made of the pictures.

Nothing of the old file is taken over: no text layer, no fonts, no notes, no attachments, no earlier versions, no properties. Only so
is what was covered really gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from ctypes import byref, c_int
from io import BytesIO

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image, ImageDraw

from gongzhi.city.documents.errors import CannotRedact
from gongzhi.city.documents.redacting.marks import Box, Word
from gongzhi.city.documents.redacting.text import find_spans

#: pixels per inch of the new file: small print stays readable
DENSITY = 200
POINTS = 72
MOST_PAGES = 200
#: longest side of a page in pixels: a plan of two metres must not fill the memory
MOST_PIXELS = 8000
#: a device of this size on which pdfium places characters, whatever the rotation of the page
GRID = 10_000
#: by how much of its smaller side a covered character is covered beyond its edges
MARGIN = 0.2
QUALITY = 85
#: what is marked and not yet removed
VEIL = "#d98e04"


@contextmanager
def _opened(data: bytes) -> Iterator[pypdfium2.PdfDocument]:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise CannotRedact(why="打不开，可能加了密码或者已经损坏") from error
    try:
        if len(document) > MOST_PAGES:
            raise CannotRedact(why=f"超过{MOST_PAGES}页，请先拆开")
        document.init_forms()
        yield document
    finally:
        document.close()


def page_count(data: bytes) -> int:
    """How many pages it has. Raises CannotRedact."""
    with _opened(data) as document:
        return len(document)


def text_of(data: bytes) -> str:
    """The text layer of all pages; nothing for a scan. Raises CannotRedact."""
    with _opened(data) as document:
        return "\n".join(_letters(page)[0] for page in document)


def picture(data: bytes, page: int, *, boxes: Sequence[Box] = (), density: int = 100) -> bytes:
    """A page (from 1) as PNG, for the person who marks it; what is marked lies under a veil. Raises CannotRedact."""
    with _opened(data) as document:
        if not 1 <= page <= len(document):
            raise CannotRedact(why=f"没有第{page}页")
        image = _rendered(document[page - 1], density)
        marked = _covered(image.copy(), [each for each in boxes if each.page == page], VEIL)
        out = BytesIO()
        Image.blend(image, marked, 0.6).save(out, "PNG")
        return out.getvalue()


def _rendered(page: pypdfium2.PdfPage, density: int) -> Image.Image:
    longest = max(page.get_size()) * density / POINTS
    scale = density / POINTS * min(1.0, MOST_PIXELS / max(longest, 1.0))
    image: Image.Image = page.render(scale=scale).to_pil().convert("RGB")
    return image


def find_words(data: bytes, words: Sequence[Word]) -> list[Box]:
    """The areas of every place where the words stand, one for each line that they touch. Raises CannotRedact."""
    found: list[Box] = []
    with _opened(data) as document:
        for number, page in enumerate(document, start=1):
            text, boxes = _letters(page)
            for word in words:
                for start, end in find_spans(text, [word.text]):
                    found += _lines(number, boxes[start:end], word.ground)
    return found


def words_under(data: bytes, boxes: Iterable[Box]) -> list[str]:
    """What stands under the areas in the text layer, each area once; nothing for a scan. Raises CannotRedact."""
    held: dict[int, list[Box]] = {}
    for box in boxes:
        held.setdefault(box.page, []).append(box)
    found = []
    with _opened(data) as document:
        for number, areas in sorted(held.items()):
            if number > len(document):
                continue
            text, places = _letters(document[number - 1])
            for area in areas:
                letters = [
                    letter
                    for letter, place in zip(text, places, strict=True)
                    if place and area.holds((place[0] + place[2]) / 2, (place[1] + place[3]) / 2)
                ]
                found.append("".join(letters))
    return [text for text in found if text.strip()]


Place = tuple[float, float, float, float]


def _letters(page: pypdfium2.PdfPage) -> tuple[str, list[Place | None]]:
    """The characters of a page in the order of its text layer, each with its place (left, top, right, bottom; None: no place)."""
    layer = page.get_textpage()
    letters: list[str] = []
    places: list[Place | None] = []
    for index in range(layer.count_chars()):
        code = pdfium.FPDFText_GetUnicode(layer, index)
        letters.append(chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else " ")
        left, bottom, right, top = layer.get_charbox(index)
        places.append(_placed(page, left, bottom, right, top) if right > left and top > bottom else None)
    return "".join(letters), places


def _placed(page: pypdfium2.PdfPage, left: float, bottom: float, right: float, top: float) -> Place:
    corners = [_on_grid(page, x, y) for x, y in ((left, bottom), (right, top))]
    across, down = sorted(x for x, _ in corners), sorted(y for _, y in corners)
    return across[0], down[0], across[1], down[1]


def _on_grid(page: pypdfium2.PdfPage, x: float, y: float) -> tuple[float, float]:
    across, down = c_int(), c_int()
    pdfium.FPDF_PageToDevice(page, 0, 0, GRID, GRID, 0, x, y, byref(across), byref(down))
    return across.value / GRID, down.value / GRID


def _lines(page: int, places: Sequence[Place | None], ground: str) -> list[Box]:
    """Areas around characters: those that stand side by side share one."""
    lines: list[list[Place]] = []
    for place in places:
        if place is None:
            continue
        if lines and _beside(lines[-1][-1], place):
            lines[-1].append(place)
        else:
            lines.append([place])
    found = []
    for line in lines:
        left, top = min(each[0] for each in line), min(each[1] for each in line)
        right, bottom = max(each[2] for each in line), max(each[3] for each in line)
        more = MARGIN * max(min(line[0][2] - line[0][0], line[0][3] - line[0][1]), 0.004)
        found.append(
            Box(
                page,
                max(left - more, 0),
                max(top - more, 0),
                min(right + more, 1),
                min(bottom + more, 1),
                ground,
            )
        )
    return found


def _beside(one: Place, other: Place) -> bool:
    """Whether two characters stand in one line (or one column of upright writing)."""
    level = min(one[3], other[3]) - max(one[1], other[1]) > 0
    upright = min(one[2], other[2]) - max(one[0], other[0]) > 0
    near = abs(other[0] - one[2]) < 0.1 if level else abs(other[1] - one[3]) < 0.02
    return (level or upright) and near


def redact_pdf(data: bytes, boxes: Sequence[Box]) -> bytes:
    """A new file of the pictures of all pages, with the areas painted black. Raises CannotRedact."""
    made = pypdfium2.PdfDocument.new()
    try:
        with _opened(data) as document:
            for number, page in enumerate(document, start=1):
                image = _covered(_rendered(page, DENSITY), [each for each in boxes if each.page == number])
                _add(made, image, *page.get_size())
        out = BytesIO()
        made.save(out)
        return out.getvalue()
    finally:
        made.close()


def _covered(image: Image.Image, boxes: Sequence[Box], colour: str = "black") -> Image.Image:
    brush = ImageDraw.Draw(image)
    for box in boxes:
        brush.rectangle(
            (
                int(box.left * image.width) - 1,
                int(box.top * image.height) - 1,
                int(box.right * image.width) + 1,
                int(box.bottom * image.height) + 1,
            ),
            fill=colour,
        )
    return image


def _add(made: pypdfium2.PdfDocument, image: Image.Image, width: float, height: float) -> None:
    kept = BytesIO()
    image.save(kept, "JPEG", quality=QUALITY)
    kept.seek(0)
    page = made.new_page(width, height)
    shown = pypdfium2.PdfImage.new(made)
    shown.load_jpeg(kept)
    shown.set_matrix(pypdfium2.PdfMatrix().scale(width, height))
    page.insert_obj(shown)
    page.gen_content()
