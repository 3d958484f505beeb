"""How wide a text is, and where it breaks: Chinese breaks anywhere but before closing marks, Latin between words."""

from __future__ import annotations

import unicodedata

_NOT_FIRST = set(",。、;:?!)》」』】”’…·%,.;:?!)]}")
_NOT_LAST = set("(《「『【“‘([{")


def width(text: str) -> float:
    """Width in em: a Chinese character is 1, Latin letters and digits about 0.54.

    >>> width("受理"), round(width("ab"), 2)
    (2.0, 1.08)
    """
    return sum(1.0 if unicodedata.east_asian_width(each) in "WFA" else 0.54 for each in text)


def wrap(text: str, most: float, lines: int = 4) -> list[str]:
    """Lines of at most ``most`` em, evenly filled; what does not fit into ``lines`` is cut with an ellipsis.

    >>> wrap("承办单位办理并反馈结果", 6)
    ['承办单位办理', '并反馈结果']
    """
    result: list[str] = []
    for paragraph in text.split("\n"):
        result += _fill(_atoms(paragraph.strip()), most)
    if len(result) > lines:
        result = [*result[: lines - 1], _cut(result[lines - 1], most)]
    return result


def _cut(line: str, most: float) -> str:
    while line and width(line) + 1 > most:
        line = line[:-1]
    return line + "…"


def _fill(atoms: list[str], most: float) -> list[str]:
    """As few lines as possible, and these as even as possible."""
    fewest = len(_greedy(atoms, most))
    if fewest < 2:
        return _greedy(atoms, most)
    goal = sum(width(atom) for atom in atoms) / fewest
    while goal < most:
        lines = _greedy(atoms, goal, most)
        if len(lines) <= fewest:
            return lines
        goal += 0.5
    return _greedy(atoms, most)


def _greedy(atoms: list[str], goal: float, most: float = 0.0) -> list[str]:
    lines, line = [], ""
    for atom in atoms:
        if line and width((line + atom).rstrip()) > goal:
            lines.append(line.strip())
            line = ""
        line += atom
        while width(line) > 1.5 * max(goal, most) and len(line) > 1:
            head = line[: max(1, int(max(goal, most) / width(line) * len(line)))]
            lines.append(head)
            line = line[len(head) :]
    return [*lines, line.strip()] if line.strip() else lines


def _atoms(text: str) -> list[str]:
    """Pieces that must not be broken: single Chinese characters with their marks, Latin words."""
    atoms: list[str] = []
    for each in text:
        wide = unicodedata.east_asian_width(each) in "WFA"
        glued = atoms and (
            each in _NOT_FIRST
            or atoms[-1][-1] in _NOT_LAST
            or (
                not wide
                and not atoms[-1].endswith(" ")
                and unicodedata.east_asian_width(atoms[-1][-1]) not in "WFA"
            )
        )
        if glued:
            atoms[-1] += each
        else:
            atoms.append(each)
    return atoms
