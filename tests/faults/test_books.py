"""Books under several hands and kill -9: they balance, what was acknowledged is there once, numbers have no gap."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bench.city import environment
from tests.faults.town import until
from tools.machine import ROOT

pytestmark = [pytest.mark.faults, pytest.mark.skipif(sys.platform != "linux", reason="kills by signal")]

READY = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from gongzhi.city.ledgers import catalogue
from gongzhi.city.ledgers.tests.village import Kinds, build, supply
catalogue.register(Kinds()); build(); supply("soap", 400)
"""
LOOK = """
import django, json; django.setup()
from django.db.models import Count, Sum
from gongzhi.city.ledgers import catalogue, checks
from gongzhi.city.ledgers.models import Account, Exchange, Line, Posting
from gongzhi.city.ledgers.tests.village import Kinds
catalogue.register(Kinds())
found = [each(True) for each in (checks.check_balances, checks.check_postings)]
once = Posting.objects.filter(kind="moved", source="").values_list("once", flat=True)
moved = Posting.objects.filter(source__startswith="exchange:", kind="moved").count()
print(json.dumps({"wrong": [each.remedy for each in found if not each.ok], "once": list(once),
  "soap": str(Account.objects.get(key="soap").balance), "moved": moved, "exchanges": Exchange.objects.count()}))
"""


def test_books_balance_whatever_is_killed_while_several_keep_them(tmp_path: Path) -> None:
    home, said = tmp_path / "home", tmp_path / "said"
    home.mkdir()
    # on a file of its own, whatever database the other tests use
    settings = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    settings |= environment(str(home))
    run(settings, READY)
    hands: list[subprocess.Popen[bytes]] = []

    def another() -> None:
        words = [sys.executable, "-m", "tests.faults.bookkeeping", f"hand{len(hands)}", str(said)]
        hands.append(subprocess.Popen(words, cwd=ROOT, env=settings))

    try:
        for _ in range(2):
            another()
        for turn in range(2):
            wanted = len(lines(said)) + 12
            until(lambda: len(lines(said)) >= wanted, what="more awards")  # noqa: B023
            hands[turn].send_signal(signal.SIGKILL)
            another()
    finally:
        for each in hands:
            each.kill()
            each.wait()
    told = json.loads(run(settings, LOOK))
    assert told["wrong"] == []
    booked = [word.rpartition("#")[0] for word in told["once"] if word]
    assert len(booked) == len(set(booked)), "something was booked twice"
    assert set(lines(said)) <= set(booked), "something that was acknowledged is gone"
    assert float(told["soap"]) >= 0
    assert told["moved"] == 2 * told["exchanges"], "points moved without goods, or goods without points"


def lines(said: Path) -> list[str]:
    """What was acknowledged; the last line may be half written."""
    if not said.exists():
        return []
    text = said.read_text(encoding="utf-8")
    return text[: text.rfind("\n") + 1].split()


def run(settings: dict[str, str], code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=settings, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip()
