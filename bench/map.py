"""A county of 3,117 units: drawn by the server, shown by a browser, coloured anew.

    python bench/run.py map

SQLite and granian as ``gongzhi serve`` starts them; Debian's Chromium through Playwright, without a graphics card. The
edge of the county is drawn from real data where GONGZHI_DATA names it, otherwise round.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.city import environment
from bench.figure import figure, left_out
from bench.serving import served
from tools.machine import ROOT, find_chromium

UNITS, ROUNDS = 3117, 7
#: from the first byte of the page until the map is on the screen
DRAWN = """async () => {
  const paths = document.querySelectorAll('#tile-map path').length;
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const [page] = performance.getEntriesByType('navigation');
  return [paths, performance.now() - page.responseStart, performance.now()];
}"""
PAINTED = """async () => {
  const areas = {};
  document.querySelectorAll('#tile-map path[data-area]').forEach((path, number) => {
    areas[path.dataset.area] = ['red', 'yellow', 'open', ''][(number + (window.turn = (window.turn || 0) + 1)) % 4];
  });
  const labels = document.querySelector('#tile-map .labels').innerHTML;
  const began = performance.now();
  paint(document.getElementById('tile-map'), { areas, labels, note: '' });
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  return performance.now() - began;
}"""


def measure(quick: bool = False) -> dict[str, Any]:
    """Half a minute."""
    title = f"the map of {UNITS:,} units"
    chromium = find_chromium()
    if chromium is None:
        return {"title": title, "figures": [left_out("map", "no Chromium on this machine")]}
    with tempfile.TemporaryDirectory(prefix="gongzhi-bench-") as home:
        settings = environment(home)
        ran = subprocess.run(
            [sys.executable, "-m", "bench.mapping", str(UNITS)],
            cwd=ROOT, env={**os.environ, **settings}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if ran.returncode:
            raise RuntimeError(ran.stderr[-2000:])
        found = json.loads(ran.stdout.splitlines()[-1])
        with served("gongzhi.city.project.wsgi:application", settings, workers=1) as (port, _process):
            browsed = _browse(chromium, port, found["session"])
    note = f"{browsed['paths']:,} shapes; edge: {found['edge']}; Chromium without a graphics card"
    return {
        "title": title,
        "figures": [
            figure("cells worked out, once per process", found["cells"], "ms"),
            figure("SVG written", found["svg"], "ms"),
            figure("shown, from the first byte", browsed["drawn"], "ms", most=1000, note=note),
            figure("shown, from the click", browsed["whole"], "ms"),
            figure("coloured anew", browsed["painted"], "ms", most=1000),
        ],
    }


def _browse(chromium: Path | str, port: int, session: str) -> dict[str, Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(chromium), args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        context = browser.new_context(viewport={"width": 1920, "height": 1080}, locale="zh-CN")
        context.add_cookies([{"name": "sessionid", "value": session, "url": f"http://localhost:{port}"}])
        page = context.new_page()
        shown, painted = [], []
        for _round in range(ROUNDS):
            page.goto(f"http://localhost:{port}/wall/county/", wait_until="load")
            shown.append(page.evaluate(DRAWN))
            painted.append(page.evaluate(PAINTED))
        browser.close()
    # the first one warms the server
    return {
        "paths": shown[-1][0],
        "drawn": round(statistics.median(each[1] for each in shown[1:]), 1),
        "whole": round(statistics.median(each[2] for each in shown[1:]), 1),
        "painted": round(statistics.median(painted), 1),
    }
