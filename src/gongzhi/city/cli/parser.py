"""argparse that speaks Chinese: headings, usage, and what is wrong with the words that were typed."""

from __future__ import annotations

import argparse
import re
import sys
from typing import Any, Final, NoReturn

WRONG_USAGE: Final = 2
#: argparse's sentences -> ours
WORDS: Final = (
    (r"the following arguments are required: (.+)", r"缺少：\1"),
    (r"unrecognized arguments: (.+)", r"多出来的：\1"),
    (r"argument (.+): invalid choice: (.+) \(choose from (.+)\)", r"\1 没有 \2，可选：\3"),
    (r"argument (.+): invalid \w+ value: (.+)", r"\1 的值 \2 不对"),
    (r"argument (.+): expected one argument", r"\1 后面要写一个值"),
    (r"argument (.+): expected at least one argument", r"\1 后面至少写一个值"),
    (r"argument (.+): ignored explicit argument (.+)", r"\1 不带值 \2"),
    (r"ambiguous option: (.+) could match (.+)", r"\1 有几种可能：\2"),
)


class Parser(argparse.ArgumentParser):
    """A parser whose help and errors are Chinese; wrong usage ends with exit code 2."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"formatter_class": Formatter, **options, "add_help": False})
        self._positionals.title, self._optionals.title = "参数", "选项"
        self.add_argument("-h", "--help", action="help", help="显示这段说明")

    def error(self, message: str) -> NoReturn:
        """One sentence, then where to read on."""
        for pattern, chinese in WORDS:
            message = re.sub(f"^{pattern}$", chinese, message)
        print(f"用法不对：{message}\n{self.format_usage()}详见 {self.prog} --help", file=sys.stderr)
        raise SystemExit(WRONG_USAGE)


class Formatter(argparse.RawDescriptionHelpFormatter):
    """Says 用法 instead of usage."""

    def add_usage(
        self, usage: str | None, actions: object, groups: object, prefix: str | None = None
    ) -> None:
        """The usual usage line with a Chinese heading."""
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)  # type: ignore[arg-type]


__all__ = ["WRONG_USAGE", "Parser"]
