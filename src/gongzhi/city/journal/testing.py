"""Let tests with real transactions empty the database afterwards, which the guards would refuse."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test import TransactionTestCase

from gongzhi.city.journal.guards import drop_guards, raise_guards


def let_tests_flush() -> None:
    """Lower the guards while Django flushes a test database; call once per session."""
    original = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def teardown(self: Any) -> None:
        drop_guards(connection)
        try:
            original(self)
        finally:
            raise_guards(connection)

    TransactionTestCase._fixture_teardown = teardown  # type: ignore[attr-defined]
