"""``make demo``: set up, then the demonstration city on loopback (PORT, 8000 by default; HOST)."""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from tools import setup

if __name__ == "__main__":
    setup.prepare("runtime")
    os.execve(setup.program("gongzhi"), ["gongzhi", "demo", *sys.argv[1:]], setup.environment())
