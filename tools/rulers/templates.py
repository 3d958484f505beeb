"""Pages obey the content security policy: no inline style, no inline script, no handler attributes, nothing foreign."""

from __future__ import annotations

import re
from pathlib import Path

from tools.tree import CITY, MECHANISMS, relative

RULES = {
    r"\sstyle\s*=": "an inline style: give it a class",
    r"<style\b": "a style element: put it into the stylesheet",
    r"<script(?![^>]*\bsrc\s*=)(?![^>]*type=\"application/(ld\+)?json\")[^>]*>": "an inline script: a file with src",
    r"\son[a-z]+\s*=\s*[\"']": "an event attribute: the policy blocks it; listen from a script file",
    r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//": "another host: everything is served by the city itself",
    r"javascript:": "a javascript: address",
    r"\|\s*safe\b|{%\s*autoescape\s+off": "text that is not escaped: build it with format_html in a tag",
}
PATTERNS = [(re.compile(pattern, re.IGNORECASE), reason) for pattern, reason in RULES.items()]
#: links that people follow and namespaces, which load nothing
HARMLESS = re.compile(r"xmlns(:\w+)?=\"[^\"]*\"|{#.*?#}|{%\s*comment.*?endcomment\s*%}", re.DOTALL)


def validate() -> list[str]:
    found: list[str] = []
    pages = [*sorted(CITY.rglob("templates/**/*.html")), *sorted(MECHANISMS.rglob("*.html"))]
    for path in pages:
        found += [
            f"{relative(path)}:{line} {reason}" for line, reason in faults(path.read_text(encoding="utf-8"))
        ]
    found += [f"{relative(path)}: a picture with a script" for path in _pictures() if _scripted(path)]
    return found


def faults(text: str) -> list[tuple[int, str]]:
    """(line, what is wrong) for each offence in one template."""
    plain = HARMLESS.sub(lambda match: "\n" * match.group().count("\n"), text)
    return sorted(
        (plain.count("\n", 0, match.start()) + 1, reason)
        for pattern, reason in PATTERNS
        for match in pattern.finditer(plain)
    )


def _pictures() -> list[Path]:
    return sorted(CITY.rglob("static/**/*.svg"))


def _scripted(path: Path) -> bool:
    return bool(re.search(r"<script|\son\w+=", path.read_text(encoding="utf-8"), re.IGNORECASE))
