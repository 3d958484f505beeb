"""Regular expressions of XPath (XQuery and XPath Functions 3.1, 5.6), translated for the ``regex`` package.

Differences that matter: ``$`` is the very end, ``[a-z-[aeiou]]`` subtracts, ``\\i`` and ``\\c`` are characters of XML
names, ``\\p{IsGreek}`` is a block, groups are ``(…)`` and ``(?:…)`` only, unknown escapes are errors. A pattern or
match that takes too long (see limits.py) has no answer: null.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import regex

from .limits import MAX_PATTERN, MAX_STRING, PATTERN_SECONDS

_INITIAL = r"\p{L}\p{Nl}:_"
_NAME = _INITIAL + r"\p{M}\p{Nd}\-.\u00b7"
_ESCAPES = {"i": f"[{_INITIAL}]", "I": f"[^{_INITIAL}]", "c": f"[{_NAME}]", "C": f"[^{_NAME}]"}
_INSIDE = {"i": _INITIAL, "c": _NAME}
_CLASSES = "sSdDwW"
_LITERAL = "nrt\\|.?*+(){}-[]^$"


class BadPattern(ValueError):
    """The pattern is none of XPath's."""


class _Translator:
    def __init__(self, pattern: str, flags: str) -> None:
        self.pattern, self.flags = pattern, flags
        self.at = 0
        self.open: list[int] = []
        self.groups = 0
        self.closed: set[int] = set()

    def run(self) -> str:
        out: list[str] = []
        while self.at < len(self.pattern):
            out.append(self._one())
        if self.open:
            raise BadPattern
        return "".join(out)

    def _one(self) -> str:
        char = self.pattern[self.at]
        if char == "\\":
            return self._escape(inside=False)
        if char == "[":
            return self._class()
        self.at += 1
        if char == "(":
            return self._group()
        if char == ")":
            if not self.open:
                raise BadPattern
            self.closed.add(self.open.pop())
        elif char in "]}":
            raise BadPattern
        elif char == "{":
            return self._count()
        elif char == "$" and "m" not in self.flags:
            return r"\Z"
        elif char == "." and "s" not in self.flags:
            return r"[^\n\r]"
        elif char.isspace() and "x" in self.flags:
            return ""
        elif char in "#":
            return r"\#"
        return char

    def _group(self) -> str:
        if self.pattern.startswith("?", self.at):
            if not self.pattern.startswith("?:", self.at):
                raise BadPattern
            self.at += 2
            self.open.append(0)
            return "(?:"
        self.groups += 1
        self.open.append(self.groups)
        return "("

    def _count(self) -> str:
        found = regex.compile(r"(\d+)(,(\d*))?\}").match(self.pattern, self.at)
        if not found or (found.group(3) and int(found.group(3)) < int(found.group(1))):
            raise BadPattern
        if max(len(found.group(1)), len(found.group(3) or "")) > 4:
            raise BadPattern
        self.at = found.end()
        return "{" + str(found.group())

    def _escape(self, *, inside: bool) -> str:
        mark = self.pattern[self.at + 1 : self.at + 2]
        self.at += 2
        if mark in ("p", "P"):
            return self._category(mark)
        if mark and mark in _LITERAL:
            return "\\" + mark
        if mark and mark in _CLASSES:
            return "\\" + mark
        if inside and mark in _INSIDE:
            return _INSIDE[mark]
        if not inside and mark in _ESCAPES:
            return _ESCAPES[mark]
        if not inside and mark.isdigit() and mark.isascii() and mark != "0" and int(mark) in self.closed:
            return f"(?:\\{mark})"
        raise BadPattern

    def _category(self, mark: str) -> str:
        end = self.pattern.find("}", self.at)
        if not self.pattern.startswith("{", self.at) or end < 0:
            raise BadPattern
        name = self.pattern[self.at + 1 : end]
        self.at = end + 1
        if not name.replace("-", "").isalnum():
            raise BadPattern
        return f"\\{mark}{{{'In' + name[2:] if name.startswith('Is') else name}}}"

    def _class(self) -> str:
        """A character class; a class after ``-`` is taken away."""
        self.at += 1
        out = ["["]
        if self.pattern.startswith("^", self.at):
            out.append("^")
            self.at += 1
        start = self.at
        while True:
            char = self.pattern[self.at : self.at + 1]
            if not char:
                raise BadPattern
            if char == "]" and self.at > start:
                self.at += 1
                return "".join(out) + "]"
            if char == "\\":
                out.append(self._escape(inside=True))
            elif self.pattern.startswith("-[", self.at):
                self.at += 1
                out.append("--" + self._class())
            elif char in "[]":
                raise BadPattern
            else:
                self.at += 1
                if not (char.isspace() and "x" in self.flags):
                    out.append("\\" + char if char in "&|~^#" else char)


@lru_cache(maxsize=512)
def _compiled(pattern: str, flags: str) -> Any:
    if len(pattern) > MAX_PATTERN or set(flags) - set("smixq"):
        raise BadPattern
    options = regex.VERSION1 | regex.UNICODE
    for flag, option in (("s", regex.DOTALL), ("m", regex.MULTILINE), ("i", regex.IGNORECASE)):
        options |= option if flag in flags else 0
    text = regex.escape(pattern) if "q" in flags else _Translator(pattern, flags).run()
    try:
        return regex.compile(text, options)
    except (regex.error, RecursionError, OverflowError):
        raise BadPattern from None


def matches(text: str, pattern: str, flags: str) -> bool | None:
    """Does the pattern occur in the text? Null for a bad pattern, bad flags, or no answer in time."""
    try:
        return _compiled(pattern, flags).search(text, timeout=PATTERN_SECONDS) is not None
    except (BadPattern, TimeoutError):
        return None


def replace(text: str, pattern: str, replacement: str, flags: str) -> str | None:
    """All occurrences replaced; ``$1`` … ``$9`` stand for groups, ``$0`` for the whole. Null as ``matches``.

    Also null for a pattern that matches the empty text (XPath's FORX0003) or a bad replacement (FORX0004).
    """
    try:
        code = _compiled(pattern, flags)
        if code.search("", timeout=PATTERN_SECONDS):
            return None
        parts: list[str | int] = [replacement] if "q" in flags else _parts(replacement, code.groups)
        filled = code.sub(lambda found: _fill(parts, found), text, timeout=PATTERN_SECONDS)
        return str(filled) if len(filled) <= MAX_STRING else None
    except (BadPattern, TimeoutError):
        return None


def _parts(replacement: str, groups: int) -> list[str | int]:
    parts: list[str | int] = []
    at = 0
    while at < len(replacement):
        char, following = replacement[at], replacement[at + 1 : at + 2]
        if char == "\\":
            if following not in ("\\", "$"):
                raise BadPattern
            parts.append(following)
            at += 2
        elif char == "$":
            number = regex.compile(r"[0-9]+").match(replacement, at + 1)
            if not number:
                raise BadPattern
            digits = number.group()
            while len(digits) > 1 and int(digits) > groups:
                digits = digits[:-1]
            parts.append(int(digits))
            at += 1 + len(digits)
        else:
            parts.append(char)
            at += 1
    return parts


def _fill(parts: list[str | int], found: Any) -> str:
    groups = found.re.groups
    return "".join(
        part if isinstance(part, str) else (found.group(part) or "" if part <= groups else "")
        for part in parts
    )


def split(text: str, pattern: str) -> list[str] | None:
    """The text between the occurrences of the pattern. Null as ``replace``."""
    try:
        code = _compiled(pattern, "")
        if code.search("", timeout=PATTERN_SECONDS):
            return None
        pieces: list[str] = []
        at = 0
        for found in code.finditer(text, timeout=PATTERN_SECONDS):
            pieces.append(text[at : found.start()])
            at = found.end()
        return [*pieces, text[at:]]
    except (BadPattern, TimeoutError):
        return None
