"""Run by ``test_finding`` in a process of its own: every kind of watch over a real curve, on a Spark cluster of two workers.

``python on_spark.py <folder with readings.parquet> <step> <days>`` prints the windows as JSON.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import django


def main(folder: str, step: str, days: str) -> None:
    django.setup()
    from gongzhi.city.alerts import finding
    from gongzhi.city.alerts.tests.test_finding import FIRST, ON_SPARK, Kind, watched_of
    from gongzhi.engine.watches import Span

    span = Span(first=FIRST, last=FIRST + int(days), step=int(step))
    told = {}
    files = [Path(folder) / "readings.parquet"]
    with finding.opened(files, ("P", "T"), span, engine="spark", memory="1GB", threads=2) as desk:
        for kind in ON_SPARK:
            told[kind] = [asdict(each) for each in desk.find(Kind(kind), watched_of(kind))]
            print(kind, len(told[kind]), file=sys.stderr, flush=True)
    counts = {"A|噪声": {FIRST + day: 1 + 3 * (day > 20) for day in range(int(days))}}
    params = {"days": 7, "weeks": 4, "times": 2, "least": 5}
    told["surge"] = [asdict(each) for each in finding.find_surges(params, counts, span, engine="spark")]
    print("ANSWER " + json.dumps(told), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
