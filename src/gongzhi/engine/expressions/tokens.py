"""FEEL text to tokens: names with spaces, names with operators in them, and ranges told from lists.

FEEL lets a name contain spaces and even operators (``date and time``, ``a-b``), so a text can only be read
together with the names that are known (DMN 1.3, 10.3.1.2 and 10.3.1.5). Rules here:

- the longest known name that starts at a word wins, also over keywords and operators;
- otherwise words in a row, without a keyword between them, are one name (nothing else could be meant);
- names declared inside the text (keys of contexts, parameters, variables of loops) are known from there on.

Whether ``[``, ``(`` or ``]`` opens a range is known only at its ``..``; the opener's token is renamed then.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from lark import Token

from .errors import FeelError, TooComplex
from .limits import MAX_NESTING, MAX_TEXT

_START = (
    r"?A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    r"\u2c00-\u2fef\u3005-\ud7ff\uf900-\ufdcf\ufdf0-\uff00\uff02-\uff07\uff0a\uff0b\uff0d-\uff19\uff20-\uff5e\uff66-\ufffd"
    r"\U00010000-\U000effff"
)
#: full-width parentheses are part of names such as 金额（元）, but start none
_PART = _START + r"0-9\u00b7\u0300-\u036f\u203f-\u2040\uff08\uff09"
_WORD = re.compile(f"[{_START}][{_PART}]*")
_SKIP = re.compile(
    r"(?:[\s\u00a0\u1680\u180e\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff]+|//[^\n]*|/\*.*?\*/)+", re.S
)
_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.S)
_OPERATOR = re.compile(r"\*\*|<=|>=|!=|\.\.|->|[-+*/<>=().,:\[\]{}@]")
_KEY = re.compile(rf"([{_START}][^:,\"{{}}\[\]()]*?)\s*:", re.S)
_VARIABLE = re.compile(rf"([{_START}][^:,\"{{}}\[\]()]*?)\s+in(?![{_PART}])", re.S)
_PARAMETER = re.compile(rf"([{_START}][^:,\"{{}}\[\]()]*?)\s*(?=[:,)])", re.S)
_SPLIT = re.compile(rf"[{_PART}]+|[^\s]")

KEYWORDS = frozenset(
    [
        "if",
        "then",
        "else",
        "for",
        "in",
        "return",
        "some",
        "every",
        "satisfies",
        "instance",
        "of",
        "function",
        "external",
        "and",
        "or",
        "between",
        "true",
        "false",
        "null",
    ]
)
_TYPES = {
    "(": "_LPAR", ")": "_RPAR", "[": "_LSQB", "]": "_RSQB", "{": "_LBRACE", "}": "_RBRACE", ",": "_COMMA",
    ":": "_COLON", ".": "_DOT", "..": "_DOTS", "->": "_ARROW", "@": "_AT", "+": "_PLUS", "-": "_MINUS", "*": "_STAR",
    "/": "_SLASH", "**": "_POWER", "<": "LT", ">": "GT", "<=": "LE", ">=": "GE", "=": "EQ", "!=": "NE",
}  # fmt: skip
_FULL_WIDTH = dict(zip("，；：！＝＜＞（）“”‘’。、", ",;:!=<>()\"\"''.,", strict=True))
#: tokens after which an operand may start; after all others an operator is expected
_OPERAND_ENDS = frozenset(
    [
        "NAME",
        "NUMBER",
        "STRING",
        "_RPAR",
        "_RSQB",
        "_RBRACE",
        "TRUE",
        "FALSE",
        "NULL",
        "RANGE_CLOSED_END",
        "RANGE_OPEN_END",
        "_EXTERNAL",
    ]
)


def normalise(name: str) -> str:
    """The name with runs of white space collapsed to one space, as FEEL compares names."""
    return " ".join(name.split())


class KnownNames:
    """Names that need more than one word to write, indexed by their first word."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._by_start: dict[str, dict[str, re.Pattern[str]]] = {}
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Remember a name; names of one word need no memory unless they are keywords."""
        parts = _SPLIT.findall(name)
        if not parts or (len(parts) == 1 and parts[0] not in KEYWORDS):
            return
        first = _WORD.match(name)
        if first is None:
            return
        gaps = re.split(r"\s+", name.strip())
        pattern = re.compile(
            r"\s+".join(re.escape(gap) for gap in gaps) + (f"(?![{_PART}])" if name[-1:].isalnum() else "")
        )
        group = self._by_start.setdefault(first.group(), {})
        group[normalise(name)] = pattern
        if len(group) > 1:
            self._by_start[first.group()] = dict(sorted(group.items(), key=lambda item: -len(item[0])))

    def copy(self) -> KnownNames:
        twin = KnownNames()
        twin._by_start = {word: dict(group) for word, group in self._by_start.items()}
        return twin

    def match(self, text: str, at: int, word: str) -> tuple[str, int] | None:
        """The longest known name that starts with ``word`` at ``at``, and where it ends."""
        for name, pattern in self._by_start.get(word, {}).items():
            found = pattern.match(text, at)
            if found:
                return name, found.end()
        return None


class Tokenizer:
    """One pass over one text; use ``tokenize``."""

    def __init__(self, text: str, known: KnownNames, unary: bool) -> None:
        self.text, self.known, self.unary = text, known, unary
        self.at = 0
        self.tokens: list[Token] = []
        #: open brackets and pseudo-brackets: (kind, index of the token); kinds ( [ ] { for
        self.stack: list[tuple[str, int]] = []

    def run(self) -> list[Token]:
        if len(self.text) > MAX_TEXT:
            raise TooComplex(self.text, f"超过{MAX_TEXT}个字符")
        while True:
            skipped = _SKIP.match(self.text, self.at)
            if skipped:
                self.at = skipped.end()
            if self.at >= len(self.text):
                break
            self._next()
            if len(self.stack) > MAX_NESTING:
                raise TooComplex(
                    self.text, f"嵌套超过{MAX_NESTING}层", line=self._line(), column=self._column()
                )
        if self.unary:
            self._mark_negation()
        return self.tokens

    def _next(self) -> None:
        if self._declaration():
            return
        for pattern, handle in (
            (_STRING, self._string),
            (_WORD, self._word),
            (_NUMBER, self._number),
            (_OPERATOR, self._operator),
        ):
            found = pattern.match(self.text, self.at)
            if found:
                handle(found.group())
                return
        char = self.text[self.at]
        if char == '"':
            raise self.error("字符串没有结束的引号")
        if char in _FULL_WIDTH:
            raise self.error(f"有全角标点“{char}”,请改用半角“{_FULL_WIDTH[char]}”")
        raise self.error(f"有不认识的字符“{char}”")

    # -- declarations: what stands here is a new name, whatever it is made of

    def _declaration(self) -> bool:
        kind = self.stack[-1][0] if self.stack else ""
        last = self.tokens[-1].type if self.tokens else ""
        if kind == "{" and last in ("_LBRACE", "_COMMA"):
            return self._declare(_KEY)
        if kind == "for" and last in ("_FOR", "_SOME", "_EVERY", "_COMMA"):
            return self._declare(_VARIABLE)
        if kind == "function" and last in ("_LPAR", "_COMMA"):
            return self._declare(_PARAMETER)
        return False

    def _declare(self, pattern: re.Pattern[str]) -> bool:
        found = pattern.match(self.text, self.at)
        if not found:
            return False
        name = normalise(found.group(1))
        self.known.add(name)
        self._emit("NAME", name, found.end(1))
        return True

    # -- the kinds of tokens

    def _string(self, text: str) -> None:
        self._emit("STRING", text, self.at + len(text))

    def _number(self, text: str) -> None:
        self._emit("NUMBER", text, self.at + len(text))

    def _word(self, word: str) -> None:
        after_dot = bool(self.tokens) and self.tokens[-1].type == "_DOT"
        known = self.known.match(self.text, self.at, word)
        operand = after_dot or self._operand_expected()
        if word in KEYWORDS and not after_dot and (known is None or not operand):
            self._keyword(word)
            return
        if known is not None and operand:
            name, end = known
        else:
            name, end = word, self.at + len(word)
        name, end = self._extend(name, end)
        self._emit("NAME", name, end)

    def _extend(self, name: str, end: int) -> tuple[str, int]:
        """Words that follow directly, without a keyword, belong to the name."""
        while True:
            gap = _SKIP.match(self.text, end)
            following = _WORD.match(self.text, gap.end()) if gap else None
            if not following or following.group() in KEYWORDS:
                return name, end
            name, end = f"{name} {following.group()}", following.end()

    def _keyword(self, word: str) -> None:
        end = self.at + len(word)
        if word == "instance":
            of = re.compile(r"\s+of\b").match(self.text, end)
            if of:
                self._emit("_INSTANCE_OF", "instance of", of.end())
                return
        self._emit(word.upper() if word in ("true", "false", "null") else f"_{word.upper()}", word, end)
        if word in ("for", "some", "every"):
            self.stack.append(("for", len(self.tokens) - 1))
        elif word in ("return", "satisfies") and self.stack and self.stack[-1][0] == "for":
            self.stack.pop()

    def _operator(self, mark: str) -> None:
        kind = _TYPES[mark]
        if mark in "([{":
            if mark == "[" and not self._operand_expected() and self._closes_range():
                self._close("RANGE_OPEN_END", mark)
                return
            is_function = mark == "(" and bool(self.tokens) and self.tokens[-1].type == "_FUNCTION"
            self._emit(kind, mark, self.at + 1)
            self.stack.append(("function" if is_function else mark, len(self.tokens) - 1))
        elif mark in ")]}":
            if mark == "]" and self._operand_expected() and self._opens_range():
                self._emit("RANGE_OPEN", mark, self.at + 1)
                self.stack.append(("]", len(self.tokens) - 1))
            else:
                self._close(kind, mark)
        elif mark == "..":
            self._dots()
        else:
            self._emit(kind, mark, self.at + len(mark))

    def _dots(self) -> None:
        """The innermost opener turns out to open a range, unless the dots count a ``for``."""
        if not self.stack:
            self._emit("_DOTS", "..", self.at + 2)
            return
        kind, index = self.stack[-1]
        if kind == "for":
            self._emit("_COUNTS", "..", self.at + 2)
            return
        opener = self.tokens[index]
        if kind in "([":
            self.tokens[index] = Token.new_borrow_pos(
                "RANGE_CLOSED" if kind == "[" else "RANGE_OPEN", opener.value, opener
            )
        self.stack[-1] = ("..", index)
        self._emit("_DOTS", "..", self.at + 2)

    def _close(self, kind: str, mark: str) -> None:
        while self.stack and self.stack[-1][0] == "for":
            self.stack.pop()
        opener = self.stack.pop()[0] if self.stack else ""
        if opener == "..":
            kind = "RANGE_CLOSED_END" if mark == "]" else "RANGE_OPEN_END"
        self._emit(kind, mark, self.at + 1)

    def _closes_range(self) -> bool:
        """Does ``[`` after an operand end an open range (``[1..5[``) rather than start a filter?"""
        if not self.stack or self.stack[-1][0] != "..":
            return False
        rest = self.text[self.at + 1 :].lstrip()
        word = _WORD.match(rest)
        if word:
            return word.group() in KEYWORDS - {
                "true",
                "false",
                "null",
                "if",
                "for",
                "some",
                "every",
                "function",
            }
        return not rest or not re.match(r'["@(\[{0-9-]|\.\d', rest)

    def _opens_range(self) -> bool:
        """Does ``]`` where an operand may start open a range (``]1..5[``) rather than end an empty list (``[]``)?"""
        if not self.tokens or self.tokens[-1].type != "_LSQB":
            return True
        rest = self.text[self.at + 1 :].lstrip()
        word = _WORD.match(rest)
        return word.group() not in KEYWORDS if word else rest[:1] in tuple('"@0123456789')

    def _operand_expected(self) -> bool:
        return not self.tokens or self.tokens[-1].type not in _OPERAND_ENDS

    def _mark_negation(self) -> None:
        """``not( tests )`` around a whole unary test is the negation of tests, not the function."""
        tokens = self.tokens
        if len(tokens) < 3 or tokens[0] != "not" or tokens[1].type != "_LPAR" or tokens[-1].type != "_RPAR":
            return
        depth = 0
        for index, token in enumerate(tokens[1:], 1):
            depth += {"_LPAR": 1, "_RPAR": -1}.get(token.type, 0)
            if depth == 0 and index < len(tokens) - 1:
                return
        tokens[0] = Token.new_borrow_pos("NOT", "not", tokens[0])

    def _emit(self, kind: str, value: str, end: int) -> None:
        self.tokens.append(Token(kind, value, self.at, self._line(), self._column()))
        self.at = end

    def _line(self) -> int:
        return self.text.count("\n", 0, self.at) + 1

    def _column(self) -> int:
        return self.at - self.text.rfind("\n", 0, self.at)

    def error(self, why: str) -> FeelError:
        return FeelError(self.text, why, line=self._line(), column=self._column())


def tokenize(text: str, known: KnownNames, *, unary: bool = False) -> list[Token]:
    """The tokens of a FEEL text, for the grammar in ``grammar.lark``.

    Raises FeelError for characters that no token starts with, TooComplex beyond the limits of length and nesting.
    """
    return Tokenizer(text, known.copy(), unary).run()


__all__ = ["KEYWORDS", "KnownNames", "normalise", "tokenize"]
