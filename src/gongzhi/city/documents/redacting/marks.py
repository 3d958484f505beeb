"""What is to be removed: words wherever they stand, and areas of pages, each with its ground."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True, slots=True)
class Word:
    """Removed wherever it stands, however it is broken over lines."""

    text: str
    ground: str


@dataclass(frozen=True, slots=True)
class Box:
    """An area of a page: shares (0 to 1) of its width and height, counted from the top left corner; ``page`` from 1."""

    page: int
    left: float
    top: float
    right: float
    bottom: float
    ground: str = ""

    def holds(self, x: float, y: float) -> bool:
        """Whether the point lies in the area."""
        return self.left <= x <= self.right and self.top <= y <= self.bottom


@dataclass(frozen=True, slots=True)
class Marks:
    """All that is to be removed from one file.

    >>> marks = Marks(words=(Word("张三", "privacy"),))
    >>> Marks.load(marks.dump()) == marks, marks.counts()
    (True, {'privacy': 1})
    """

    words: tuple[Word, ...] = ()
    boxes: tuple[Box, ...] = field(default=())

    def dump(self) -> str:
        """As JSON text."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def load(cls, text: str) -> Marks:
        """Back from JSON text; empty text is no marks."""
        held = json.loads(text) if text else {}
        return cls(
            words=tuple(Word(**each) for each in held.get("words", ())),
            boxes=tuple(Box(**each) for each in held.get("boxes", ())),
        )

    def counts(self) -> dict[str, int]:
        """Ground -> number of marks: what may be told without telling what was removed."""
        grounds = [word.ground for word in self.words] + [box.ground for box in self.boxes]
        return dict(Counter(grounds))

    def __bool__(self) -> bool:
        return bool(self.words or self.boxes)
