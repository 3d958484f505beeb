"""Every setting and every key of a mechanism is explained; no line outlives its setting; no link is dead."""

from __future__ import annotations

import re
from pathlib import Path

from tools import mechanism_reference
from tools.machine import ROOT

PAGE = ROOT / "docs" / "reference" / "settings.md"
SETTING = re.compile(r"\bGONGZHI_[A-Z0-9_]+\b")
#: how the city's settings read the environment: env.switch("NAME", …); without prefix: what other programs set too
READ = re.compile(
    r"""\benv\.\w+\(\s*"([A-Z][A-Z0-9_]+)"|environ(?:\.get\(|\[)\s*"((?:PORT|HOST|[A-Z]+_URL))\""""
)
#: handed to the command line by make and the shell
PASSED_ON = {"PORT", "HOST"}
PLACES = ("src/gongzhi", "tools", "bench", "tests")
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


def validate() -> list[str]:
    text = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    told = set(re.findall(r"^\|\s*`([A-Z0-9_]+)`", text, re.MULTILINE))
    used = used_settings()
    found = [f"docs/reference/settings.md: {name} is missing" for name in sorted(used - told)]
    found += [
        f"docs/reference/settings.md: {name} is read nowhere" for name in sorted(told - used - PASSED_ON)
    ]
    return found + mechanism_reference.undocumented() + broken_links()


def used_settings() -> set[str]:
    """Names that the source reads from the environment."""
    names: set[str] = set()
    for place in PLACES:
        for path in sorted((ROOT / place).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            names |= set(SETTING.findall(text)) if "rulers" not in path.parts else set()
            names |= (
                {first or second for first, second in READ.findall(text)} if place == PLACES[0] else set()
            )
    return names


def broken_links() -> list[str]:
    """Links between pages whose target is not there."""
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    found = []
    for page in sorted(pages):
        for target in LINK.findall(page.read_text(encoding="utf-8")):
            if not (page.parent / target).exists() and not _later(page.parent / target):
                found.append(f"{page.relative_to(ROOT)}: the link {target} leads nowhere")
    return found


def _later(target: Path) -> bool:
    """Pictures are taken from the running demo."""
    return "pictures" in target.parts
