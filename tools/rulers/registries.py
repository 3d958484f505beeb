"""Lock files and configuration name no registry, so that each site uses its own."""

from __future__ import annotations

import re

from tools.machine import ROOT

ADDRESS = re.compile(
    r"https?://|--(?:extra-)?index-url|--find-links|--trusted-host|file:|/(?:home|root|work|opt)/"
)
FILES = (
    "requirements/*.txt",
    "requirements/*.in",
    "pip.conf",
    "uv.toml",
    "uv.lock",
    "package-lock.json",
    ".npmrc",
)


def validate() -> list[str]:
    found: list[str] = []
    for pattern in FILES:
        for path in sorted(ROOT.glob(pattern)):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
                if match := ADDRESS.search(line):
                    found.append(f"{path.relative_to(ROOT)}:{number} names a place ({match.group()})")
    return found
