"""``make bench``: set up, then ``gongzhi bench``, which prints the figures and writes bench/results.json."""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from tools import setup

if __name__ == "__main__":
    setup.prepare("dev")  # the comparisons need SpiffWorkflow, which only developers install
    os.execve(setup.program("gongzhi"), ["gongzhi", "bench", *sys.argv[1:]], setup.environment())
