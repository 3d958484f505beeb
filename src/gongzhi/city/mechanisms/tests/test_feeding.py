"""An extract lands in its register by the register's own import, and nothing of it stays beside the database."""

from __future__ import annotations

from typing import Any

import pytest

from gongzhi.city.alerts import actions, keeping
from gongzhi.city.cli import folders
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.mechanisms.actions import install
from gongzhi.city.records.models import Record

pytestmark = pytest.mark.django_db
FILE = "编号,月份,来源,人数,重复人数\n2024-09-A,2024-09,社保参保,1200,0\n2024-09-B,2024-09,劳动合同备案,900,{doubles}\n"


def test_job_counts_land_in_their_register(tmp_path: Any, settings: Any) -> None:
    settings.GONGZHI_WAREHOUSE = tmp_path
    shipped = {folder.name: folder for folder in folders.shipped()}
    for name in ("people_places", "job_claims"):
        install(shipped[name], by=SYSTEM)

    def send(doubles: int) -> Any:
        content = FILE.format(doubles=doubles).encode()
        return actions.receive(SYSTEM, "job_claims.counts", content=content, name="九月.csv")

    batch = send(9999)
    assert (batch.state, batch.rows, batch.added, batch.apart) == ("stored", 2, 1, 1)
    assert keeping.rows_apart(batch.feed, batch.pk).to_pylist()[0]["line"] == 3
    assert not keeping.kept(batch.feed, batch.digest).exists()
    again = send(640)
    assert (again.added, again.same, again.apart) == (1, 1, 0)
    assert Record.objects.get(register="job_counts", key="2024-09-B").data["doubles"] == 640
    assert send(640).pk == again.pk
