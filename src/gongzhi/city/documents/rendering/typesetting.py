"""Typst with one compiler per process: a paper takes milliseconds once fonts and programs are warm."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst

from gongzhi.city.documents.errors import CannotTypeset
from gongzhi.city.documents.rendering.fonts import Faces, faces

# a typst world is not made for two threads at once, and asking where the seal goes must follow its own compilation
_lock = threading.Lock()
FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Set:
    """A typeset paper, and where the seal goes."""

    pdf: bytes
    #: 1-based page and, from its top left corner in points, the middle of the line that is sealed; None: nowhere
    anchor: tuple[int, float, float] | None


@lru_cache(maxsize=8)
def _compiler(program: str, own: Faces) -> typst.Compiler:
    # a path, not bytes: asking where the seal goes reads the program once more
    return typst.Compiler(
        FOLDER / program, root=FOLDER, font_paths=own.fonts, ignore_system_fonts=True, sys_inputs={}
    )


def typeset(program: str, title: str, inputs: dict[str, Any], *, anchored: bool = False) -> Set:
    """One of this room's programs with its data, as PDF bytes: the same for the same input. Raises FontMissing,
    CannotTypeset."""
    own = faces()
    name = program.partition(".")[0]
    data = json.dumps({**inputs, "serif": own.serif, "sans": own.sans}, ensure_ascii=False)
    with _lock:
        compiler = _compiler(program, own)
        try:
            pdf = compiler.compile(format="pdf", sys_inputs={name: data}, timestamp=0, pdf_tags=False)
            found = json.loads(compiler.query("<seal>", field="value")) if anchored else []
        except (RuntimeError, ValueError) as error:
            raise CannotTypeset(title=title, why=str(error).split("\n")[0][:200]) from error
    if not isinstance(pdf, bytes):
        raise CannotTypeset(title=title, why="没有得到PDF")
    spot = found[-1] if found else None
    return Set(pdf=pdf, anchor=(spot["page"], spot["x"], spot["y"]) if spot else None)
