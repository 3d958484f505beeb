"""How many questions a page asks the database."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext


def spent(client: Any, address: str) -> int:
    """Queries of the page; the fewest of three, because what is asked again after some seconds may fall into one."""
    counts = []
    for _time in range(3):
        with CaptureQueriesContext(connection) as caught:
            assert client.get(address).status_code == 200
        counts.append(len([each for each in caught if "SAVEPOINT" not in each["sql"]]))
    return min(counts)
