"""Macro-F1 of category suggestion by five-fold cross-validation on real labelled messages."""

from __future__ import annotations

import csv
import os
import statistics
import time
from pathlib import Path
from typing import Any

from bench.figure import figure, left_out
from gongzhi.engine.texts import evaluate
from tools.machine import ROOT

TITLE = "category suggestion"
FOLDS = 5
AIM = 0.93


def measure(quick: bool) -> dict[str, Any]:
    """Five folds; ``quick`` takes a quarter of the messages, whose figure is lower and has no target."""
    path = Path(os.environ.get("GONGZHI_DATA", ROOT.parent / "shared" / "data")) / "messages" / "labelled.csv"
    if not path.is_file():
        return {
            "title": TITLE,
            "figures": [left_out("macro-F1", "GONGZHI_DATA names no folder with messages/labelled.csv")],
        }
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    rows = rows[::4] if quick else rows
    texts = [f"{row['subject']}\n{row['text']}" for row in rows]
    began = time.perf_counter()
    scores = evaluate(texts, [row["category_l1"] for row in rows], FOLDS)
    seconds = time.perf_counter() - began
    note = f"folds {', '.join(f'{score:.4f}' for score in scores)}; {seconds:.0f} s"
    aim = {} if quick else {"least": AIM}
    return {
        "title": TITLE,
        "figures": [figure(f"macro-F1, {len(rows)} messages", statistics.mean(scores), "", note=note, **aim)],
    }
