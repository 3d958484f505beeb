"""Run in a process of its own: the demo's offices, people and records with the mechanisms of the stories, and what lies in their past.

Nothing here is made past the actions: accounts, posts, records, mandates and played cases are what a city would have.
"""

from __future__ import annotations

import os
import random
import sys
from datetime import timedelta
from importlib.resources import files
from typing import Any

import django

#: what the stories need, each after those that it needs itself
MECHANISMS = (
    "daye_minqing",
    "permits",
    "doorstep",
    "cloud_desk",
    "residence_proof",
    "open_firm",
    "utilities",
    "cross_province",
    "land_to_start",
    "project_approval",
    "completion",
    "landing_centre",
    "judicial_links",
    "mediation",
    "risk_control",
    "dispute_centre",
    "clues",
    "petitions",
    "penalties",
    "joint_enforcement",
    "random_inspection",
)
#: a project played in both versions of the mechanism, and the clocks that both end with
PLAYED = (("serial", "走满二十二个工作日"), ("parallel", "三个工作日办完"))
#: who else signs in: username, name, role, office
COLLEAGUES = (
    ("hekai", "何凯", "officer", "人力资源和社会保障局"),
    ("wenjing", "文静", "reviewer", "人力资源和社会保障局"),
    ("tangbo", "唐波", "leader", "人力资源和社会保障局"),
    ("zhulin", "朱林", "officer", "住建局"),
)
#: offices that are partners of the county in the story of another province, with who works there
ABROAD = (
    ("lizhou", "李舟", "window_clerk", "株洲市政务服务中心"),
    ("xiaoping", "萧萍", "officer", "萍乡市残联"),
)
#: whose mandate ran out the day before yesterday
MANDATE_DAYS = (12, 2)


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongzhi.city.project.settings")
    django.setup()
    from django.core.management import call_command

    from gongzhi.city.demo import filling, registers
    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.mechanisms.actions import install

    call_command("migrate", verbosity=0)
    house = files("gongzhi.mechanisms")
    for mechanism in MECHANISMS:
        install(str(house / mechanism), by=SYSTEM)
    filling.fill(lambda what, done, total: None, appeals=0, days=1)
    registers.fill_registers(lambda what, done, total: None)
    _colleagues()
    _partners()
    _played()
    _ran_out()
    return 0


def _colleagues() -> None:
    """Who grants on a promise and finds out that it was false, and who leads a joint acceptance."""
    from gongzhi.city.territory.models import Office

    for username, name, role, office in COLLEAGUES:
        _person(username, name, role, name, Office.objects.get(short_name=office))


def _person(username: str, name: str, role: str, title: str, office: Any) -> None:
    """An account with the demo's password, in a post."""
    from gongzhi.city.demo.cast import PASSWORD
    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.people.actions import create_account
    from gongzhi.city.territory import actions as territory

    user = create_account(SYSTEM, username=username, name=name, password=PASSWORD)
    territory.appoint(SYSTEM, user, role, office=office, title=title)


def _partners() -> None:
    """A window in 株洲 and an office in 萍乡, each with somebody who signs in."""
    from gongzhi.city.demo.registry import Registry
    from gongzhi.city.territory.models import Office

    registry = Registry()
    for username, name, role, place in ABROAD:
        office = Office.objects.get(code=registry.office(place))
        _person(username, name, role, name, office)


def _played() -> None:
    """One project the old way and the new way, some weeks ago."""
    from gongzhi.city.cases import figures
    from gongzhi.city.demo.registry import Registry
    from gongzhi.city.demo.staffing import Staff
    from gongzhi.city.demo.stories import Teller
    from gongzhi.city.kernel import clock
    from gongzhi.city.mechanisms import library

    chance = random.Random(22)
    teller = Teller(Staff(chance), Registry(keep=True), chance, clock.now())
    landing = library.one("landing_centre").mechanism
    for case_type, words in PLAYED:
        (scenario,) = [s for s in landing.scenarios if s.spec.case == case_type and words in s.name]
        told = teller.tell(landing, scenario, back=3)
        assert told.ended == "approved" and not told.error, told
    for back in range(90, -1, -1):
        figures.refresh(clock.today() - timedelta(days=back))


def _ran_out() -> None:
    """余珊 took a matter for 陈大娘 with a mandate that is over since the day before yesterday."""
    from gongzhi.city.cases import actions
    from gongzhi.city.demo.answers import signature
    from gongzhi.city.kernel import clock
    from gongzhi.city.people.actions import remember_resident, sign_mandate
    from gongzhi.city.people.actions.mandates import Covers, Signature
    from gongzhi.city.people.mandates import Checked, Scope, Signed
    from gongzhi.city.territory import queries
    from gongzhi.city.territory.models import Post
    from gongzhi.engine.instants import SHANGHAI

    proxy = queries.standing(Post.objects.get(user__username="yushan"))
    began, over = (clock.now() - timedelta(days=days) for days in MANDATE_DAYS)
    with clock.frozen(began):
        mandate = sign_mandate(
            proxy,
            mandator=remember_resident(phone="13872007001", name="陈大娘"),
            agent=proxy,
            covers=Covers(
                scope=Scope.TYPES, title="政务服务办件", mechanism="permits", types=["application"]
            ),
            words="替我交材料、问进度、取结果。",
            until=over.astimezone(SHANGHAI).date(),
            signature=Signature(how=Signed.DRAWN, image=signature(), checked=Checked.CARD_SEEN),
        )
    with clock.frozen(over):  # its last day
        form = {"item": "GLJT", "applicant_kind": "个人", "applicant_name": "陈大娘", "phone": "13872007001"}
        actions.open_case("permits", "application", form, by=proxy, channel="doorstep", mandate=mandate.pk)


if __name__ == "__main__":
    sys.exit(main())
