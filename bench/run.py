"""``make bench`` / ``gongzhi bench``: measures, prints a table, writes bench/results.json.

python bench/run.py                 everything (at most 25 minutes)
python bench/run.py --quick         roughly, in at most 3 minutes; results.json stays as it is
python bench/run.py engine texts    only these
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import sys
import time
import traceback
import unicodedata
from pathlib import Path
from typing import Any

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from bench.figure import figure, left_out  # noqa: E402
from tools.machine import ROOT  # noqa: E402

#: in order of the report; each is bench/<name>.py with measure(quick) -> {"title", "figures"}
MODULES = (
    "calibration",
    "engine",
    "tables",
    "scenarios",
    "texts",
    "importing",
    "papers",
    "memory",
    "map",
    "live",
    "wall",
    "lives",
    "mining",
    "simulation",
    "scorecards",
    "voting",
    "ledgers",
    "feeds",
    "benefits",
    "power",
)
RESULTS = ROOT / "bench" / "results.json"


def main() -> int:
    """0 when every target that was measured is met."""
    options = _options()
    if options.list:
        print("\n".join(_present(MODULES)))
        return 0
    unknown = sorted(set(options.module) - set(MODULES))
    if unknown:
        print(f"没有测速项目 {'、'.join(unknown)}，有：{'、'.join(MODULES)}", file=sys.stderr)
        return 2
    chosen = [name for name in MODULES if name in options.module] or _present(MODULES)
    began, results = time.perf_counter(), {}
    print(
        f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}"
    )
    for name in chosen:
        results[name] = _measured(name, options.quick)
        _show(results[name])
    seconds = time.perf_counter() - began
    missed = [each for result in results.values() for each in result["figures"] if each["met"] is False]
    print(
        f"\n{seconds:.0f} s; "
        + (
            f"{len(missed)} targets missed: {'; '.join(each['name'] for each in missed)}"
            if missed
            else "all targets met"
        )
    )
    if not options.quick:
        _write(results, seconds)
    return 1 if missed else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("module", nargs="*", metavar="figure", help=", ".join(MODULES))
    parser.add_argument("--quick", action="store_true", help="roughly, in at most three minutes")
    parser.add_argument("--list", action="store_true", help="which figures there are")
    return parser.parse_args()


def _present(names: tuple[str, ...]) -> list[str]:
    return [name for name in names if (ROOT / "bench" / f"{name}.py").exists()]


def _measured(name: str, quick: bool) -> dict[str, Any]:
    """One module's result; one that breaks is told, and the others go on."""
    began = time.perf_counter()
    try:
        result: dict[str, Any] = importlib.import_module(f"bench.{name}").measure(quick)
    except Exception as error:
        traceback.print_exc()
        broken = figure(name, 0, "", least=1, note=f"broke: {type(error).__name__} {error}")
        result = {"title": name, "figures": [broken]}
    result.setdefault("figures", [left_out(name, "it gave no figures")])
    result["seconds"] = round(time.perf_counter() - began, 1)
    return result


def _show(result: dict[str, Any]) -> None:
    print(f"\n{result.get('title', '')} ({result['seconds']:.0f} s)")
    for each in result["figures"]:
        value = (
            "—"
            if each["value"] is None
            else f"{each['value']:,.4g}"
            if abs(each["value"]) < 100
            else f"{each['value']:,.0f}"
        )
        verdict = {True: "met", False: "MISSED", None: ""}[each["met"]]
        line = f"  {_padded(each['name'], 46)} {value:>12} {each['unit']:<12} {each['target']:<9} {verdict:<7} {each['note']}"
        print(line.rstrip(), flush=True)


def _padded(text: str, width: int) -> str:
    """Chinese characters are two columns wide."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return text + " " * max(0, width - len(text) - wide)


def _write(results: dict[str, Any], seconds: float) -> None:
    """Modules that weren't run now keep what was measured before."""
    kept = json.loads(RESULTS.read_text(encoding="utf-8"))["results"] if RESULTS.exists() else {}
    machine = {"python": platform.python_version(), "cores": os.cpu_count(), "machine": platform.machine()}
    whole = {"machine": machine, "seconds": round(seconds), "results": {**kept, **results}}
    draft = RESULTS.with_suffix(".part")
    draft.write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    draft.replace(RESULTS)
    print(f"written to {RESULTS.relative_to(ROOT)}")


if __name__ == "__main__":
    sys.exit(main())
