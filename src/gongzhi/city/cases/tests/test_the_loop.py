"""One appeal all the way round, and what each person on the way gets to see of it."""

from __future__ import annotations

import pytest

from gongzhi.city.cases.models import Case, Task
from gongzhi.city.cases.tests.cast import reported, solved

pytestmark = pytest.mark.django_db


def test_it_goes_all_the_way_round(cast, monday):
    receipt = reported(cast)
    solved(cast, receipt.case)
    row = Case.objects.get(pk=receipt.case)
    assert (row.ended, row.light(monday)) == ("solved", "none")
    assert not Task.objects.filter(case=row).exists()
