"""Inside the city of ``bench.catalogue``: fills a register and times its searches; prints one line of JSON.

python -m bench.catalogue_rows 20000
"""

from __future__ import annotations

import csv
import io
import itertools
import json
import random
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import django

from bench.figure import percentile
from bench.settle import settle

SPEC: dict[str, Any] = {
    "id": "service_items",
    "title": "政务服务事项",
    "key": "code",
    "name": "title",
    "fields": [
        {"id": "code", "title": "编码", "kind": "text", "max": 40, "required": True, "privacy": "public"},
        {"id": "title", "title": "名称", "kind": "text", "max": 120, "required": True, "privacy": "public"},
        {"id": "aliases", "title": "别名", "kind": "text", "max": 200, "privacy": "public"},
        {"id": "guide", "title": "受理条件", "kind": "paragraph", "max": 2000, "privacy": "public"},
        {"id": "days", "title": "承诺办结时限(个工作日)", "kind": "number", "privacy": "public"},
    ],
    "lists": ["code", "title", "days"],
    "search": ["title", "aliases", "guide"],
    "lifecycle": {
        "start": "draft",
        "states": {"draft": "草稿", "published": "已发布"},
        "moves": {"publish": {"title": "发布", "from": ["draft"], "to": "published", "by": ["admin"]}},
    },
    "public": ["published"],
}
MATTERS = ("身份证", "居住证", "户口", "营业执照", "卫生许可", "排污许可", "临时占道", "施工许可", "社会保障卡", "退休",
           "新生儿", "残疾人证", "低保", "医疗救助", "公积金", "不动产登记", "用水报装", "用电报装", "学籍", "驾驶证")  # fmt: skip
DEEDS = ("核发", "变更", "注销", "补领", "延续", "备案", "登记", "审批", "查询", "年审")
WHOM = ("个人", "个体工商户", "企业", "合作社", "学校", "医院", "外地人员", "老年人", "军人", "港澳居民")
PLACES = ("市级", "县级", "乡镇", "社区", "园区", "口岸", "车站", "港口", "景区", "库区")
#: what people type: words of names, words that nearly every text has, whole sentences, codes, nothing that is there
SEARCHES = {
    "words": ("身份证 补领", "施工许可", "新生儿", "退休", "营业执照变更", "低保"),
    "words of every text": ("办理", "申请人", "材料", "需要"),
    "sentences": ("我的身份证丢了怎么补", "孩子刚出生要办什么", "想开一家小吃店", "老人退休手续在哪里办"),
    "codes and nothing": ("SX-000777", "SX-019", "飞碟起降"),
}
ROUNDS = 15


def items(count: int) -> io.BytesIO:
    """A sheet of so many items."""
    out = io.StringIO()
    sheet = csv.writer(out)
    sheet.writerow(["编码", "名称", "别名", "受理条件", "承诺办结时限"])
    chance = random.Random(count)
    combined = itertools.cycle(itertools.product(MATTERS, DEEDS, WHOM, PLACES))
    for number, (matter, deed, whom, place) in zip(range(count), combined, strict=False):
        guide = (
            f"申请人为{whom},在{place}窗口办理{matter}{deed},需要身份证明和{chance.choice(MATTERS)}材料。" * 3
        )
        sheet.writerow(
            [
                f"SX-{number:06}",
                f"{matter}{deed}({whom},{place})",
                f"办{matter} {matter}丢了",
                guide,
                chance.randint(0, 20),
            ]
        )
    return io.BytesIO(out.getvalue().encode())


def timed(work: Callable[[], Any]) -> float:
    """Milliseconds of one run."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def filled(count: int) -> float:
    """Import so many items and publish them; rows per second."""
    from django.db import connection

    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.records import actions

    began = time.perf_counter()
    report = actions.import_records(
        items(count), "items.csv", register="service_items", by=SYSTEM, move="publish"
    )
    seconds = time.perf_counter() - began
    assert report.created == count, report
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # what its autovacuum does within a minute of an import
            cursor.execute("ANALYZE")
    return count / seconds


def page(text: str, public: bool) -> None:
    """A whole page of hits as a door shows it."""
    from gongzhi.city.kernel.references import Standing
    from gongzhi.city.records import catalogue, queries

    if public:
        for row in queries.public_search("service_items", text).rows:
            queries.opened_to_all(row)
    else:
        found = queries.search(Standing(person="user:1", role="admin"), "service_items", text)
        queries.derived_of(catalogue.one("service_items").register, found.rows)


def searched(texts: tuple[str, ...]) -> dict[str, float]:
    """Milliseconds of a page of hits, for staff and for everybody."""
    for text in texts:
        page(text, True)
    spent = [
        timed(partial(page, text, public))
        for _ in range(ROUNDS)
        for text in texts
        for public in (True, False)
    ]
    return {"p50": percentile(spent, 0.5), "p95": percentile(spent, 0.95), "most": max(spent)}


def main() -> None:
    """Fill, search, print."""
    django.setup()
    from django.core.management import call_command

    from gongzhi.city.records import catalogue, queries
    from gongzhi.engine.registers import RegisterSpec, compile_register

    class Source:
        def registers(self) -> dict[str, catalogue.Declared]:
            return {"service_items": declared}

    register = compile_register(RegisterSpec.model_validate(SPEC), {})
    declared = catalogue.Declared(mechanism="bench", register=register)
    catalogue.register(Source())
    call_command("migrate", verbosity=0)
    settle()
    found: dict[str, Any] = {"rows_per_second": filled(int(sys.argv[1]))}
    found["searches"] = {f"search by {name}": searched(texts) for name, texts in SEARCHES.items()}
    looked = [timed(partial(queries.lookup, "service_items", "SX-000042")) for _ in range(200)]
    print(json.dumps({**found, "lookup": percentile(looked, 0.5)}))


if __name__ == "__main__":
    main()
