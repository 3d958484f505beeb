"""``python -m bench.settle``: people and offices for an empty city, the fewest that an appeal needs to come round.

Prints JSON: role -> a token of somebody in that role. Run in a process of its own, with the settings of ``bench.city``.
"""

from __future__ import annotations

import json
import os

import django

COUNTY = "420281000000"
#: code, name, kind, office above
OFFICES = (
    ("gov", "市政府", "government", ""),
    ("centre", "民情通中心", "centre", "gov"),
    ("cgj", "城管局", "department", "gov"),
)
#: role -> office
ROLES = {
    "hotline_agent": "centre",
    "dispatcher": "centre",
    "reviewer": "centre",
    "caller": "centre",
    "arbiter": "centre",
    "duty_officer": "centre",
    "officer": "cgj",
    "leader": "cgj",
}
#: a second officer, for two at one task
SECOND = "officer2"
SCOPES = ("cases.read", "cases.write", "figures.read", "mechanisms.read", "imports.write")


def settle() -> dict[str, str]:
    """Make all of it; gives the tokens."""
    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.people.actions import create_account, issue_token
    from gongzhi.city.territory import actions

    county = actions.add_area(SYSTEM, code=COUNTY, name="大冶市", level="county")
    offices = {}
    for code, name, kind, above in OFFICES:
        offices[code] = actions.add_office(
            SYSTEM,
            code=code,
            name=name,
            short_name=name,
            kind=kind,
            area=county,
            parent=offices.get(above),
            is_backstop=kind == "centre",
        )
    tokens = {}
    for name, office in {**ROLES, SECOND: "cgj"}.items():
        role = "officer" if name == SECOND else name
        user = create_account(SYSTEM, username=name, name=name)
        actions.appoint(SYSTEM, user, role, office=offices[office])
        tokens[name], _row = issue_token(SYSTEM, user, title="bench", scopes=SCOPES)
    return tokens


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongzhi.city.project.settings")
    django.setup()
    print(json.dumps(settle()))
