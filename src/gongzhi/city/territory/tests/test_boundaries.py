"""Boundaries from GeoJSON: all or nothing, matched or told; cells that fill their parent without overlap."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongzhi.city.kernel.errors import NotAllowed
from gongzhi.city.kernel.references import SYSTEM, Standing
from gongzhi.city.territory import cells
from gongzhi.city.territory.boundaries import read_features, thinned, to_wgs84
from gongzhi.city.territory.errors import BadBoundaries

SQUARE = [[114.0, 30.0], [115.0, 30.0], [115.0, 31.0], [114.0, 31.0], [114.0, 30.0]]


def feature(coordinates: Any = None, kind: str = "Polygon", **properties: Any) -> dict[str, Any]:
    shape = [SQUARE] if coordinates is None else coordinates
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": shape}}


def collection(*features: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()


BAD = [
    (b"not json", "不是 GeoJSON"),
    (b"\xff\xfe", "不是 GeoJSON"),
    (b"[" * 100_000, "不是 GeoJSON"),
    (b"[1, 2]", "FeatureCollection"),
    (b'{"type": "Feature"}', "FeatureCollection"),
    (collection(), "没有一个区域"),
    (collection("x"), "第1个区域不是 Feature"),
    (collection({"type": "Feature", "properties": {}, "geometry": None}), "没有 geometry"),
    (collection(feature([[114, 30]], "Point")), "不是 Polygon"),
    (collection(feature([[]])), "没有边界线"),
    (collection(feature([SQUARE[:-1]])), "没有闭合"),
    (collection(feature([[*SQUARE[:2], SQUARE[0]]])), "没有闭合"),
    (collection(feature([[["a", 1], *SQUARE[1:]]])), "不是 [经度, 纬度]"),
    (collection(feature([[[True, 1], *SQUARE[1:]]])), "不是 [经度, 纬度]"),
    (collection(feature([[[12_800_000, 3_500_000], *SQUARE[1:]]])), "不在地球上"),
    (collection(feature(), feature([SQUARE[:-1]])), "第2个区域"),
]


@pytest.mark.parametrize(("text", "words"), BAD, ids=[words for _text, words in BAD])
def test_it_refuses_a_bad_file_in_a_sentence(text: bytes, words: str) -> None:
    with pytest.raises(BadBoundaries) as refused:
        read_features(text)
    assert words in refused.value.message and refused.value.code == "R020"


# the shift of the national grid near Daye: about 540 m east and 240 m south of where it really is
def test_it_takes_the_shift_of_gcj02_back() -> None:
    lon, lat = to_wgs84(114.974842, 30.098804)
    assert 0.004 < 114.974842 - lon < 0.007 and -0.004 < 30.098804 - lat < 0.004
    assert to_wgs84(2.35, 48.85) == (2.35, 48.85)


def test_it_thins_out_what_no_screen_can_show() -> None:
    ring = [(114 + i / 1000, 30.0) for i in range(1001)] + [(115.0, 31.0), (114.0, 31.0), (114.0, 30.0)]
    assert thinned([[ring]]) == [
        [[[114.0, 30.0], [115.0, 30.0], [115.0, 31.0], [114.0, 31.0], [114.0, 30.0]]]
    ]


@pytest.fixture
def areas(db: None) -> Any:
    from gongzhi.city.territory.actions import add_area

    county = add_area(SYSTEM, code="420281000000", name="大冶市", level="county")
    for number in (1, 2):
        add_area(SYSTEM, code=f"42028110{number}000", name=f"{number}镇", level="town", parent=county)
        add_area(SYSTEM, code=f"42028120{number}000", name="同名镇", level="town", parent=county)
    return county


def test_it_matches_by_code_and_by_name_and_tells_the_rest(areas: Any) -> None:
    from gongzhi.city.territory.actions import load_boundaries
    from gongzhi.city.territory.models import Boundary

    text = collection(
        feature(adcode=420281),
        feature(name="1镇"),
        feature(name="同名镇"),
        feature(code="999999"),
        feature(code="420281"),
    )
    drawn = load_boundaries(SYSTEM, text, source="测绘")
    assert drawn.matched == ("大冶市", "1镇") and drawn.changed == 2
    assert [(number, why[:4]) for number, _name, why in drawn.unmatched] == [
        (3, "名称有几"),
        (4, "本市没有"),
        (5, "文件里写"),
    ]
    assert Boundary.objects.count() == 2
    assert load_boundaries(SYSTEM, text, source="测绘").changed == 0  # again: nothing new


def test_it_keeps_nothing_of_a_file_that_is_half_good(areas: Any) -> None:
    from gongzhi.city.territory.actions import load_boundaries
    from gongzhi.city.territory.models import Boundary

    with pytest.raises(BadBoundaries):
        load_boundaries(SYSTEM, collection(feature(adcode=420281), feature([SQUARE[:-1]])), source="x")
    assert not Boundary.objects.exists()


def test_only_an_administrator_draws_boundaries(areas: Any) -> None:
    from gongzhi.city.territory.actions import load_boundaries

    with pytest.raises(NotAllowed):
        load_boundaries(
            Standing(person="user:1", role="duty_officer"), collection(feature(adcode=420281)), source="x"
        )


def test_it_reads_the_real_counties(areas: Any) -> None:
    from gongzhi.city.territory import shapes
    from gongzhi.city.territory.actions import load_boundaries

    data = Path(os.environ.get("GONGZHI_DATA", Path(__file__).resolve().parents[6] / "shared" / "data"))
    path = data / "territory" / "counties.geojson"
    if not path.is_file():
        pytest.skip("the boundaries of real counties are not on this machine (GONGZHI_DATA)")
    drawn = load_boundaries(SYSTEM, path.read_bytes(), source="counties", gcj02=True)
    assert drawn.matched == ("大冶市",) and len(drawn.unmatched) == 17
    shapes.forget()
    land = shapes.county(areas.path)
    assert land is not None and not land.root.approximate and len(land.parts) == 4
    assert all(piece.approximate and piece.outlines for piece in land.parts)


places = st.tuples(st.floats(0.01, 0.99), st.floats(0.01, 0.99)).map(
    lambda at: (round(at[0], 3), round(at[1], 3))
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.none(), places), min_size=1, max_size=14))
def test_cells_fill_their_parent_and_never_overlap(sites: list[tuple[float, float] | None]) -> None:
    outline = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]
    found = cells.cells(outline, sites)
    assert len(found) == len(sites)
    assert sum(map(cells.area, found)) == pytest.approx(1.0, abs=1e-6)


def test_cells_of_an_empty_outline_are_empty() -> None:
    assert cells.cells([], [None, (1.0, 1.0)]) == [[], []]


def test_a_sliver_holds_its_children_all_the_same() -> None:
    assert len(cells.cells([(0.0, 0.0), (1.0, 0.0), (1.0, 1e-9)], [None] * 5)) == 5
