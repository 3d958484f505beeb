"""Pages of alerts and watches: what was seen, why no declaration counted, who may look, how precise the rule is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gongzhi.city.alerts.models import Alert
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.tests.cast import MONDAY
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel import clock
from gongzhi.city.mechanisms import library, watching
from gongzhi.city.mechanisms.tests.pump_city import build_pumps, looked
from gongzhi.city.people.models import User
from gongzhi.city.territory.models import Office, Post

pytestmark = pytest.mark.django_db
DAY = date(2024, 10, 13)


@pytest.fixture
def pumps(cast: Any, tmp_path: Path, settings: Any) -> Iterator[Any]:
    """The rule has seen a pump stand still; 吴 becomes a monitor."""
    user = User.objects.get(username="wu")
    Post.objects.filter(user=user).delete()
    Post.objects.create(user=user, role="monitor", title="监测员", office=Office.objects.first(), area=None)
    with clock.frozen(MONDAY):
        build_pumps(tmp_path, settings)
        watching.run(DAY, DAY)
        react_to_all()
        yield cast
    library.LIBRARY.clear()


def test_an_alert_shows_its_window_its_curves_and_why_nothing_covered_it(browser: Any, pumps: Any) -> None:
    wu, row = browser("wu"), Alert.objects.get()
    page = wu.get("/warnings/alerts/").content.decode()
    assert "P1号" in page and "在核查" in page and "停了 8 个点" in page
    assert "没有这样的预警" in wu.get("/warnings/alerts/?state=false").content.decode()
    page = wu.get(f"/warnings/alerts/{row.pk}/").content.decode()
    assert "没有报备" in page and '<svg class="curve"' in page and page.count("<path d=") == 2
    assert "MP1" in page and "480" in page and row.digest[:12] in page


def test_precision_is_shown_with_its_interval_and_opens_to_the_alerts(browser: Any, pumps: Any) -> None:
    wu = browser("wu")
    looked(pumps, Case.every.get(type="check"), "no", "表坏了")
    page = wu.get("/warnings/watches/").content.decode()
    assert "泵停了" in page and "0.0%" in page and "n=1" in page and "0.6，4 周，至少 2 件" in page
    page = wu.get("/warnings/watches/pumps/off/").content.decode()
    assert "watch=pumps.off" in page and "off_while_on" in page and "pump_repairs" in page
    page = wu.get(f"/warnings/alerts/{Alert.objects.get().pk}/").content.decode()
    assert "误报" in page and "表坏了" in page


def test_what_a_rule_keeps_for_some_roles_others_do_not_see(browser: Any, pumps: Any) -> None:
    Alert.objects.update(read_by="|leader|")
    wu = browser("wu")
    assert "P1号" not in wu.get("/warnings/alerts/").content.decode()
    assert wu.get(f"/warnings/alerts/{Alert.objects.get().pk}/").status_code == 404
    assert wu.get("/warnings/watches/pumps/nothing/").status_code == 404
