"""The project's own programs: each runs as ``python3 tools/<name>.py`` with nothing but Python installed."""

import sys

OLDEST = (3, 11)

if sys.version_info < OLDEST:
    sys.exit(
        f"Gongzhi needs Python {OLDEST[0]}.{OLDEST[1]} or newer; this is {sys.version.split()[0]}. "
        "Run the same command with a newer one, e.g. python3.11 tools/demo.py"
    )
