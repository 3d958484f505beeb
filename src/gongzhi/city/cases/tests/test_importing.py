"""Importing appeals from files: real ones, broken ones, interrupted ones."""

from __future__ import annotations

import io
import time

import pytest

from gongzhi.city.cases import importing
from gongzhi.city.cases.clustering import find_clusters
from gongzhi.city.cases.models import Case, ImportRow

pytestmark = pytest.mark.django_db

HEAD = "id,user,subject,time,text,likes,dislikes\n"


def imported(cast, text, name="rows.csv", **more):
    stream = io.BytesIO(text.encode() if isinstance(text, str) else text)
    return importing.import_cases(stream, name, mechanism="mini", type_id="appeal", by=cast.chen, **more)


def lines(count, start=0):
    return HEAD + "".join(
        f"{n},U{n},标题{n},2019-02-28 11:25:05,第{n}条的内容,0,0\n" for n in range(start, start + count)
    )


@pytest.mark.django_db(transaction=True)
def test_it_takes_the_real_messages(cast, data_folder):
    with (data_folder / "messages" / "hot.csv").open("rb") as stream:
        began = time.perf_counter()
        progress = importing.import_cases(stream, "hot.csv", mechanism="mini", type_id="appeal", by=cast.chen)
        took = time.perf_counter() - began
        print(f"{progress.position / took:.0f} rows/s", progress)
    print(list(ImportRow.objects.values_list("row", "reason"))[:5])
    assert (progress.taken, progress.refused, progress.done) == (4326, 0, True)
    assert Case.objects.filter(number=None).count() == 0
    began = time.perf_counter()
    found = find_clusters()
    print(f"clusters {time.perf_counter() - began:.1f} s", [c.title for c in found[:5]])
    assert any("丽发新城" in f"{each.title}{each.place}" for each in found)
    assert any("伊景园" in f"{each.title}{each.place}" for each in found)
    again = find_clusters()
    assert {each.pk for each in again} == {each.pk for each in found}
