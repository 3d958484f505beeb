"""A scan of somebody's papers is as private as what stands in it."""

from __future__ import annotations

import pytest

from gongzhi.city.cases import queries
from gongzhi.city.cases.errors import NoSuchCase
from gongzhi.city.cases.models import Attachment
from gongzhi.city.mechanisms.tests.test_bundles import opened, utilities  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("who", "sees"), [("li", True), ("wu", True), ("ma", False), ("zhao", False)])
def test_it_shows_a_private_file_only_to_those_who_may_see_identities(cast, monday, utilities, who, sees):  # noqa: F811
    parent, by = opened(cast, ["水"]), getattr(cast, who)
    (carried,) = Attachment.objects.filter(case=parent)
    page = queries.case_page(by, parent)
    assert [each.sha256 for each in page.attachments] == ([carried.sha256] if sees else [])
    if sees:
        assert queries.file_of(by, carried.sha256)[1].exists()
        return
    with pytest.raises(NoSuchCase):
        queries.file_of(by, carried.sha256)
