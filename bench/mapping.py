"""``python -m bench.mapping UNITS``: a county with so many units and a duty officer; prints JSON. For ``bench.map``."""

from __future__ import annotations

import json
import os
import sys
import time
from importlib.resources import files
from pathlib import Path
from typing import Any

import django


def main() -> int:
    django.setup()
    from django.core.management import call_command
    from django.test import Client

    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.mechanisms.actions import install
    from gongzhi.city.people.actions import create_account
    from gongzhi.city.territory import actions
    from gongzhi.city.territory.models import Area

    call_command("migrate", verbosity=0)
    install(str(files("gongzhi.mechanisms") / "daye_minqing"), by=SYSTEM)
    text = (files("gongzhi.city.territory") / "data" / "daye.csv").read_text(encoding="utf-8")
    actions.load_divisions(SYSTEM, text.splitlines())
    _units(int(sys.argv[1]))
    data = Path(os.environ.get("GONGZHI_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
    edges = data / "territory" / "counties.geojson"
    if edges.is_file():
        actions.load_boundaries(SYSTEM, edges.read_bytes(), source="counties", gcj02=True)
    county = Area.objects.get(level="county")
    office = actions.add_office(
        SYSTEM, code="gov", name="市政府", short_name="市政府", kind="government", area=county
    )
    user = create_account(SYSTEM, username="duty", name="duty")
    actions.appoint(SYSTEM, user, "duty_officer", office=office)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    found = {"session": client.cookies["sessionid"].value, "edge": "real" if edges.is_file() else "round"}
    print(json.dumps(found | _timed(county.path)))
    return 0


def _units(wanted: int) -> None:
    from gongzhi.city.kernel import paths
    from gongzhi.city.territory.models import Area

    villages = list(Area.objects.filter(level="village").order_by("path"))
    rows = []
    for place, village in enumerate(villages):
        for number in range(wanted // len(villages) + (place < wanted % len(villages))):
            rows.append(
                Area(
                    code=f"{village.code}-{number:02}",
                    name=f"{village.short_name}第{number + 1}自治单元",
                    short_name=f"第{number + 1}自治单元",
                    level="unit",
                    parent=village,
                    path=village.path + paths.step(number),
                )
            )
    Area.objects.bulk_create(rows, batch_size=500)


def _timed(path: str) -> dict[str, Any]:
    from gongzhi.city.territory import shapes
    from gongzhi.city.web import county_map

    began = time.perf_counter()
    land = shapes.county(path)
    cells = time.perf_counter()
    assert land is not None
    parts = [
        {"name": each.name, "state": "red", "open": 3, "red": 1, "yellow": 0, "filter": {}}
        for each in land.parts
    ]
    county_map.picture(land, {"areas": {}, "parts": parts}, lambda filter: "", "map")
    written = time.perf_counter()
    return {"cells": round((cells - began) * 1000, 1), "svg": round((written - cells) * 1000, 1)}


if __name__ == "__main__":
    sys.exit(main())
