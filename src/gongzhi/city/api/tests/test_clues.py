"""No program, whoever's it is, learns of a clue; not even the discipline post's own."""

from __future__ import annotations

from typing import Any

import pytest

from gongzhi.city.api.tests.program import Program
from gongzhi.city.cases.actions import number_all
from gongzhi.city.cases.tests.cast import MONDAY
from gongzhi.city.kernel import clock
from gongzhi.city.mechanisms import library
from gongzhi.city.mechanisms.tests.clue_city import SECRETS, clean_city, clue

pytestmark = pytest.mark.django_db
LISTS = ("/cases", "/tasks", "/measures", "/mechanisms", "/registers/discipline_posts/records")


@pytest.fixture
def row(cast: Any) -> Any:
    library.LIBRARY.clear()
    with clock.frozen(MONDAY):
        clean_city()
        made = clue(cast.hu)
        number_all()
        made.refresh_from_db()
        yield made
    library.LIBRARY.clear()


@pytest.mark.parametrize("name", ["hu", "ma", "shi", "root", "ji"])
def test_it_lists_and_tells_no_program_of_it(row, name):
    program, said = Program(name), ""
    for path in LISTS:
        for query in ({}, {"state": "all"}, {"text": "早已搬走"}, {"mechanism": "clues"}):
            answer = program.get(path, **query)
            said += (
                b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()
            )
    for path in ("", "/history", "/files", "/tasks"):
        answer = program.get(f"/cases/{row.pk}{path}")
        assert answer.status_code in (403, 404)
    assert not [word for word in (*SECRETS, str(row.pk), row.tracking_code, row.number) if word in said]


@pytest.mark.parametrize("name", ["hu", "ji"])
def test_no_program_acts_on_it_or_opens_a_value(row, name):
    program = Program(name)
    tries = (
        ("/choose", {"step": "screen", "choice": "dismiss", "values": {"screen_note": "无"}}),
        ("/reveal", {"field": "fact", "purpose": "受理甄别"}),
        ("/note", {"text": "看看"}),
    )
    for path, body in tries:
        assert program.post(f"/cases/{row.pk}{path}", body).status_code in (403, 404)


def test_a_code_tells_a_program_nothing(row, client):
    assert client.get(f"/api/v1/track/{row.tracking_code}").status_code == 404
    assert client.get("/open311/v2/requests.json", {"service_request_id": row.tracking_code}).content in (
        b"[]",
        b"",
    )
    assert client.get(f"/open311/v2/tokens/{row.tracking_code}.json").status_code in (200, 404)
