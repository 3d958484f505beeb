"""The certificate gate: kinds of certificates that a body at the grassroots may not issue.

The list is data: a decision table of a mechanism (its id is ``forbidden_certificates``), handed in as rows. A row says of a kind
which channel replaces it and on what basis. Sources: 《优化营商环境条例》 44; 民发〔2020〕20号 and the provincial lists.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gongzhi.city.documents.errors import ForbiddenCertificate
from gongzhi.city.territory.models import Level, Office

#: the table's id in a mechanism
TABLE = "forbidden_certificates"
#: bodies at and below the town are the grassroots
GRASSROOTS = (Level.TOWN, Level.VILLAGE, Level.UNIT)
#: kind -> the row of the table, or nothing
Lookup = Callable[[str], Mapping[str, Any] | None]


def check(kind: str, office: Office, lookup: Lookup) -> None:
    """Pass, or raise ForbiddenCertificate with the replacement channel.

    ``lookup`` gives ``{"channel": …, "basis": …}`` for a listed kind; a row may say by ``"forbidden": False`` that it only
    explains. A kind that nobody lists may be issued, and so may every kind above the grassroots.
    """
    if not kind or office.area.level not in GRASSROOTS:
        return
    row = lookup(kind)
    if row is None or row.get("forbidden") is False:
        return
    if row.get("forbidden") is not True and not row.get("channel"):
        return
    raise ForbiddenCertificate(
        office=office.name,
        kind=kind.removesuffix("证明"),
        channel=str(row.get("channel") or "请向提出要求的单位说明法律依据").rstrip("。"),
        basis=str(row.get("basis") or ""),
    )
