"""Farmers of the demo's village whose land was taken: matched without applying, paid for a month, one line back from the bank."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from gongzhi.city.benefits import actions as benefits
from gongzhi.city.benefits import catalogue
from gongzhi.city.benefits.models import Entitlement, PaymentLine
from gongzhi.city.demo.answers import identity
from gongzhi.city.demo.households import NOWHERE
from gongzhi.city.jobs.worker import run_due
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM, Standing
from gongzhi.city.mechanisms import library
from gongzhi.city.records import actions as records
from gongzhi.city.territory import queries
from gongzhi.city.territory.models import Post

if TYPE_CHECKING:
    from gongzhi.city.demo.village import Village

MECHANISM, PENSION = "land_losing_farmers", "land_losing_farmers.land_pension"
BUREAU, POLICE, CADRES = "dy-rsj", "dy-gaj", "dy-zzbm"
MAKER = "minsheng"
#: name, sex, months from the sixtieth birthday (before it: negative), mu that were taken, mu left for each
FARMERS: Final = (
    ("杨守田", "男", 9, 3.2, 0.1),
    ("柯桂香", "女", 7, 2.0, 0.1),
    ("冯秋水", "男", 5, 1.6, 0.2),
    ("余本立", "男", 3, 2.4, 0.2),
    ("陈月娥", "女", 1, 1.1, 0.3),
    ("杨小满", "女", -1, 2.2, 0.1),
    ("石来福", "男", 6, 0.4, 1.5),
)
#: who is the declared relative of an official: lawful, and still looked at
RELATIVE: Final = "ZD-02"
#: whose line comes back: the bank closed the account
RETURNED: Final = "ZD-03"


def fill_welfare(village: Village) -> int:
    """Fill it as far as the mechanism is installed; gives how many have the benefit."""
    if MECHANISM not in library.LIBRARY.active_versions():
        return 0
    with clock.frozen(village.at(80)):
        for number, farmer in enumerate(FARMERS, 1):
            _farmer(village, number, farmer)
    with clock.frozen(village.at(70)):
        benefits.match(catalogue.one(PENSION))
    first = village.now.date().replace(day=1)
    _pay(village, (first - timedelta(days=1)).replace(day=1))
    with clock.frozen(village.at(1)):
        benefits.match(catalogue.one(PENSION))  # who has turned sixty since
    benefits.make_run(_clerk(MAKER), PENSION, first)
    run_due()
    react_to_all()
    return Entitlement.objects.filter(mechanism=MECHANISM).count()


def _farmer(village: Village, number: int, farmer: tuple[str, str, int, float, float]) -> None:
    name, sex, months, taken, left = farmer
    today, key = village.now.date(), f"ZD-{number:02}"
    turned = date(today.year - 60 - months // 12, today.month, 10)
    born = turned - timedelta(days=30 * (months % 12))
    told: dict[str, Any] = {"name": name, "sex": sex, "born_on": born.isoformat(), "relation": "户主"}
    told |= {"unit": village.unit.code, "source": POLICE, "registered_on": today.isoformat()}
    if key == RELATIVE:
        told["identity_number"] = identity(f"{NOWHERE}{born:%Y%m%d}{number:03}")
        _declared(village, name, told["identity_number"])
    records.put("residents", key, told, by=SYSTEM, because="公安底数")
    lost = {"person": key, "village": village.village.code, "mu": taken, "left_each": left}
    lost |= {"lost_on": "2016-05-20", "project": "城西工业园一期", "source": BUREAU}
    records.put("land_losses", f"{key}-1", lost, by=SYSTEM, because="征地登记")
    account = {"person": key, "bank": "农商银行金湖支行", "account": f"6210{number:014}", "source": BUREAU}
    records.put("payee_accounts", f"{key}-A", account, by=SYSTEM, because="本人提供")


def _declared(village: Village, name: str, number: str) -> None:
    """An official has declared that she is his mother: ``relatives_paid`` finds her, and kinship alone breaks no rule."""
    told = {"official": "陈建军", "official_unit": "金湖街道", "relation": "父母", "name": name}
    told |= {"identity_number": number, "declared_on": village.at(300).date().isoformat(), "source": CADRES}
    records.put("declared_relatives", "QS-02", told, by=SYSTEM, because="干部申报")


def _pay(village: Village, month: date) -> None:
    """The list of a month: made by one, approved by another, sent to the bank; one line comes back."""
    made = village.at(max(2, (village.now.date() - month).days - 25))
    with clock.frozen(made):
        run = benefits.make_run(_clerk(MAKER), PENSION, month)
        run_due()
        benefits.approve(village.staff.holder("leader", BUREAU, "领导"), run.pk)
        benefits.send(_clerk(MAKER), run.pk, purpose="发放待遇")
        line = PaymentLine.objects.filter(run=run, entitlement__person=RETURNED, amount__gt=0).first()
        if line is not None:
            benefits.return_line(_clerk(MAKER), line.pk, reason="账户已销户")
        react_to_all()


def _clerk(username: str) -> Standing:
    post = Post.objects.select_related("user", "office__area", "area").get(
        user__username=username, role="welfare_clerk"
    )
    return queries.standing(post)
