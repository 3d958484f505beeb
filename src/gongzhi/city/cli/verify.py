"""``gongzhi verify 文件``: is this PDF a paper of ours, unchanged, and does it still stand? Who signed this package?"""

from __future__ import annotations

import argparse
from pathlib import Path

from gongzhi.city.cli import handing
from gongzhi.city.cli.starting import start


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="+", type=Path, metavar="文件", help="PDF原件，或 .gongzhi 机制包")


def run(options: argparse.Namespace) -> int:
    """0 when every file is a valid paper of this city, or a package of a city that is trusted."""
    start()
    from gongzhi.city.documents.verification import verify
    from gongzhi.city.documents.words import RESULTS

    good = True
    for path in options.file:
        if handing.is_package(str(path)):
            good = handing.describe(path) and good
            continue
        verdict = verify(path.read_bytes())
        good = good and verdict.result == "valid"
        print(f"{path}: {RESULTS[verdict.result]}")
        if verdict.paper is not None:
            paper = verdict.paper
            print(f"  {paper.title} {paper.number} · {paper.office.name} · {paper.holder} · {paper.spaced}")
        if verdict.proof.signed_at is not None:
            print(f"  盖章 {verdict.proof.signed_at:%Y-%m-%d %H:%M %Z} · {verdict.proof.digest}")
        print(f"  SHA-256 {verdict.sha256}\n  SM3     {verdict.sm3}")
    return 0 if good else 1
