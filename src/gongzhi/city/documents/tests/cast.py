"""A small town of seals: 周强 of 城管局 does the work, 钱局 leads it, 何磊 of 教育局 has nothing to do with it and is always locked out,
安管 manages seals, 郑所 sits in a village."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric import rsa

from gongzhi.city.documents.actions import Wanted
from gongzhi.city.kernel.references import Standing
from gongzhi.city.territory.models import Area, Office
from gongzhi.engine.instants import parse_instant

MONDAY = parse_instant("2026-10-12 09:00")
BODY = """<article class="paper"><h1>不予受理告知书</h1><p class="number">告知〔2026〕1号</p>
<p class="to">王秀英：</p><p>您反映的“路灯不亮”，依据《条例》第三条，<strong>不予受理</strong>。</p>
<table><tr><th>依据</th><td colspan="2">第三条</td></tr><tr><th rowspan="2">理由</th><td>一</td><td>甲</td></tr><tr><td>二</td></tr></table>
<ul><li>可以申请复议</li></ul><p class="date">2026年10月12日</p></article>"""


@lru_cache(maxsize=1)
def few_keys() -> itertools.cycle:  # type: ignore[type-arg]
    """Keys made once: what is tested is what is done with them, not how they are made."""
    return itertools.cycle([rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(6)])


@dataclass(frozen=True)
class Cast:
    zhou: Standing
    qian: Standing
    he: Standing
    admin: Standing
    cgj: Office
    jyj: Office
    village: Office


def standing(role: str, name: str, office: Office) -> Standing:
    return Standing(
        person=f"user:{name}",
        role=role,
        name=name,
        office=office.code,
        office_path=office.path,
        area_path=office.area.path,
    )


def build_town() -> Cast:
    county = Area.objects.create(
        code="420281000000", name="大冶市", short_name="大冶", level="county", path="aa/"
    )
    village = Area.objects.create(
        code="420281100201",
        name="新屋湾村",
        short_name="新屋湾",
        level="village",
        parent=county,
        path="aa/aa/",
    )
    cgj = Office.objects.create(
        code="cgj",
        name="大冶市城市管理执法局",
        short_name="城管局",
        kind="department",
        area=county,
        path="aa/",
    )
    jyj = Office.objects.create(
        code="jyj", name="大冶市教育局", short_name="教育局", kind="department", area=county, path="ab/"
    )
    hall = Office.objects.create(
        code="xww", name="新屋湾村民委员会", short_name="新屋湾", kind="village", area=village, path="ac/"
    )
    return Cast(
        zhou=standing("officer", "周强", cgj),
        qian=standing("leader", "钱局", cgj),
        he=standing("officer", "何磊", jyj),
        admin=standing("admin", "安管", cgj),
        cgj=cgj,
        jyj=jyj,
        village=hall,
    )


def wanted(**changes: object) -> Wanted:
    values: dict[str, object] = {
        "body": BODY,
        "title": "不予受理告知书",
        "office": "cgj",
        "subject": "case:1",
        "number": "告知〔2026〕1号",
        "holder": "王秀英",
    }
    return Wanted(**{**values, **changes})  # type: ignore[arg-type]
