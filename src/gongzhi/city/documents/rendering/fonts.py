"""Which Chinese fonts stand on paper: a serif (宋体) for the text and a sans (黑体) for titles."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import typst
from django.conf import settings

from gongzhi.city.documents.errors import FontMissing

#: families by preference; the first that the machine has is used
SERIF = (
    "Noto Serif CJK SC", "Noto Serif SC", "Source Han Serif SC", "Source Han Serif CN", "FangSong", "STFangsong",
    "SimSun", "STSong", "Songti SC", "AR PL UMing CN",
)  # fmt: skip
SANS = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "SimHei", "STHeiti", "Heiti SC",
    "Microsoft YaHei", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Faces:
    """The fonts in use."""

    fonts: typst.Fonts
    serif: str
    sans: str


def faces() -> Faces:
    """The fonts of ``settings.GONGZHI_FONTS`` (a folder), else of the system. Raises FontMissing."""
    return _faces(str(settings.GONGZHI_FONTS))


@lru_cache(maxsize=4)
def _faces(folder: str) -> Faces:
    if folder and not Path(folder).is_dir():
        raise FontMissing()
    fonts = typst.Fonts(
        include_system_fonts=not folder, include_embedded_fonts=False, font_paths=[folder] if folder else []
    )
    known = set(fonts.families())
    serif = next((name for name in SERIF if name in known), "")
    sans = next((name for name in SANS if name in known), "")
    if not (serif or sans):
        raise FontMissing()
    return Faces(fonts=fonts, serif=serif or sans, sans=sans or serif)
