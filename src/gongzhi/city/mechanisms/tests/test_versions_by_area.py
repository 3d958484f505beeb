"""Two versions at once: the one of the place counts, running cases stay on theirs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from gongzhi.city.cases import actions, catalogue
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.tests.cast import JINHU, LEISHAN, MONDAY, dispatched, reported, solved
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.mechanisms import placing
from gongzhi.city.mechanisms.actions import activate, install, withdraw
from gongzhi.city.mechanisms.errors import NotInstalled, OnTrial, PlacedAlready
from gongzhi.city.mechanisms.library import LIBRARY
from gongzhi.city.mechanisms.models import Evidence, Placement
from gongzhi.city.mechanisms.tests.drafting import complete
from gongzhi.city.mechanisms.tests.test_installing import changed
from gongzhi.city.territory.models import Area
from gongzhi.engine.cases.errors import BadValues

pytestmark = pytest.mark.django_db
SOURCE = "pilot:1"


@pytest.fixture
def two(cast, monday, files):
    """1.0.0 is active; 1.1.0 (three days instead of five) is ready."""
    install(files, by=SYSTEM)
    install(
        changed(files, "tables/limits.csv", "5 working days", "3 working days"), by=SYSTEM, activate=False
    )
    return cast


def area(code):
    return Area.objects.get(code=code)


def there(*codes, version="1.1.0", at=MONDAY, source=SOURCE):
    return placing.place("mini", version, [area(code) for code in codes], source=source, by=SYSTEM, at=at)


def opened(cast, code, **more):
    place = {"text": "村口", **({"area": code} if code else {})}
    form = {"subject": "路灯不亮", "text": "三天不亮", "place": place}
    receipt = actions.open_case("mini", "appeal", form, by=cast.wang, **more)
    return Case.objects.get(pk=receipt.case)


def test_it_keeps_a_version_ready_without_using_it(two):
    assert LIBRARY.active_version("mini") == "1.0.0" and LIBRARY.version("mini", "1.1.0") is not None
    assert opened(two, JINHU).version == "1.0.0"


def test_it_opens_on_the_version_of_the_place(two):
    there(JINHU)
    assert [opened(two, code).version for code in (JINHU, LEISHAN, "")] == ["1.1.0", "1.0.0", "1.0.0"]


def test_it_takes_the_place_of_the_post_where_the_form_names_none(two):
    there(JINHU)
    form = {"subject": "路灯不亮", "text": "三天不亮", "place": {"text": "村口"}}
    receipt = actions.open_case("mini", "appeal", form, by=two.li, near=area(JINHU).path)
    assert Case.objects.get(pk=receipt.case).version == "1.1.0"


def test_it_lets_the_nearest_area_decide(two, files):
    newest = changed(files, "tables/limits.csv", "5 working days", "2 working days", version="1.2.0")
    install(newest, by=SYSTEM, activate=False)
    there("420281000000")
    there(JINHU, version="1.2.0", source="pilot:2")
    assert [opened(two, code).version for code in (JINHU, LEISHAN)] == ["1.2.0", "1.1.0"]
    assert LIBRARY.version_for("mini", area(JINHU).path + "001") == "1.2.0"


def test_it_leaves_running_cases_on_their_version(two):
    before = opened(two, JINHU)
    there(JINHU)
    during = opened(two, JINHU)
    assert placing.take_away(SOURCE, by=SYSTEM, at=MONDAY) == 1
    assert placing.take_away(SOURCE, by=SYSTEM, at=MONDAY) == 0
    after = opened(two, JINHU)
    for row in (before, during, after):
        dispatched(two, str(row.pk))
        row.refresh_from_db()
    assert [row.version for row in (before, during, after)] == ["1.0.0", "1.1.0", "1.0.0"]
    assert during.unit_due < before.unit_due
    solved(two, reported(two).case)


def test_it_knows_what_ran_there_at_an_earlier_instant(two):
    there(JINHU)
    placing.take_away(SOURCE, by=SYSTEM, at=MONDAY + timedelta(days=7))
    path = area(JINHU).path
    days = {-1: "1.0.0", 0: "1.1.0", 6: "1.1.0", 7: "1.0.0"}
    found = {day: LIBRARY.version_for("mini", path, MONDAY + timedelta(days=day)) for day in days}
    assert found == days


def test_it_checks_a_form_against_the_version_of_the_place(two, files):
    lamp = "{id: lamp, title: 灯杆编号, kind: text, max: 20, required: true}"
    more = changed(files, "cases/appeal.yaml", "fields:\n", f"fields:\n  - {lamp}\n", version="2.0.0")
    more = changed(more, "cases/appeal.yaml", "opens_with: [", "opens_with: [lamp, ", version="2.0.0")
    more = changed(more, "scenarios/loop.yaml", "form: {", "form: {lamp: A1, ", version="2.0.0")
    install(complete(more), by=SYSTEM, activate=False)
    there(JINHU, version="2.0.0")
    with pytest.raises(BadValues) as caught:
        opened(two, JINHU)
    assert set(caught.value.data["fields"]) == {"lamp"}
    assert opened(two, LEISHAN).version == "1.0.0"


def test_it_refuses_a_second_version_in_an_area(two):
    there(JINHU)
    with pytest.raises(PlacedAlready) as caught:
        there(LEISHAN, JINHU, source="pilot:2")
    assert "pilot:1" in caught.value.message
    assert Placement.objects.count() == 1, "nothing of the refused placement stays"
    with pytest.raises(IntegrityError), transaction.atomic():
        Placement.objects.create(
            mechanism="mini", version="1.0.0", area_path=area(JINHU).path, since=MONDAY, source="x:1"
        )


def test_it_refuses_what_is_not_installed(two):
    with pytest.raises(NotInstalled):
        there(JINHU, version="9.9.9")


def test_it_keeps_the_version_of_the_others_while_one_is_tried(two, files):
    there(JINHU)
    newer = changed(files, "tables/limits.csv", "5 working days", "4 working days", version="1.3.0")
    for change in (
        lambda: install(newer, by=SYSTEM),
        lambda: activate("mini", "1.1.0", by=SYSTEM),
        lambda: withdraw("mini", by=SYSTEM, reason="x"),
    ):
        with pytest.raises(OnTrial):
            change()
    install(newer, by=SYSTEM, activate=False)
    assert catalogue.current("mini", "appeal").version == "1.0.0"
    placing.take_away(SOURCE, by=SYSTEM, at=MONDAY)
    activate("mini", "1.3.0", by=SYSTEM)
    assert catalogue.current("mini", "appeal").version == "1.3.0"


def test_it_writes_down_what_was_placed(two):
    there(JINHU)
    placing.take_away(SOURCE, by=SYSTEM, at=MONDAY)
    kinds = list(
        Entry.objects.filter(subject="mechanism:mini").order_by("seq").values_list("kind", flat=True)
    )
    assert kinds == ["installed", "installed", "placed", "taken_away"]


def test_it_asks_the_database_nothing_more_to_open_a_case(two, django_assert_num_queries):
    there(JINHU)
    LIBRARY.active_versions()
    with django_assert_num_queries(0):
        assert LIBRARY.version_for("mini", area_path := "001", MONDAY) == "1.0.0", area_path


def test_it_keeps_one_finding_per_source(two):
    values = {"mechanism": "mini", "version": "1.1.0", "kind": "pilot", "title": "试点", "at": MONDAY}
    Evidence.objects.create(**values, source=SOURCE)
    with pytest.raises(IntegrityError), transaction.atomic():
        Evidence.objects.create(**values, source=SOURCE)
