"""Several who seal at the same moment: one certificate per office, one paper per source, one formal paper, no gap."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections, transaction

from gongzhi.city.documents import actions, queries, store
from gongzhi.city.documents.errors import PaperWithdrawn, SealFailure
from gongzhi.city.documents.models import PaperSeries, SealCertificate, SealedPaper
from gongzhi.city.documents.tests.cast import MONDAY, Cast, build_town, wanted
from gongzhi.city.documents.verification import verify

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town(transactional_db: None) -> Cast:
    return build_town()


def at_once(deeds: list[Callable[[], Any]]) -> list[Any]:
    """Run all at the same moment, each in a thread with its own connection; results or exceptions in order."""
    barrier = threading.Barrier(len(deeds))

    def run(deed: Callable[[], Any]) -> Any:
        try:
            barrier.wait()
            return deed()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def test_it_makes_one_certificate_for_several_first_papers(town: Cast) -> None:
    papers = at_once([lambda: actions.seal_paper(town.zhou, wanted(), at=MONDAY)] * 4)
    assert all(isinstance(paper, SealedPaper) for paper in papers), papers
    kinds = sorted(SealCertificate.objects.values_list("kind", flat=True))
    assert kinds == ["authority", "seal", "timestamp"]
    assert {verify(queries.file_of(paper), at=MONDAY).result for paper in papers} == {"valid"}


def test_it_seals_one_source_once_and_leaves_no_other_file(town: Cast) -> None:
    actions.seal_paper(town.zhou, wanted(), at=MONDAY)
    papers = at_once([lambda: actions.seal_paper(town.zhou, wanted(source="paper:7"), at=MONDAY)] * 4)
    assert len({paper.pk for paper in papers}) == 1
    kept = {path.stem for path in store.path_of("0" * 64).parents[1].rglob("*.pdf")}
    known = set(SealedPaper.objects.values_list("sha256", flat=True))
    assert known <= kept and not any(row.sha256 not in kept for row in papers)


def test_it_turns_a_blue_paper_formal_once(town: Cast) -> None:
    blue = actions.seal_paper(town.zhou, wanted(ink="blue"), at=MONDAY)
    results = at_once([lambda: actions.turn_formal(town.zhou, blue, wanted(), at=MONDAY)] * 3)
    formal = [each for each in results if isinstance(each, SealedPaper)]
    assert len(formal) == 1 and all(
        isinstance(each, PaperWithdrawn) for each in results if each not in formal
    )
    assert SealedPaper.objects.filter(ink="red").count() == 1


def test_it_seals_nothing_with_what_was_revoked_meanwhile(
    town: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = actions.seal_paper(town.zhou, wanted(), at=MONDAY).certificate
    sign = actions.sealing._signed

    def slow(*given: Any) -> bytes:
        data = sign(*given)
        actions.revoke_certificate(town.admin, row, "私钥泄露", at=MONDAY)
        return data

    monkeypatch.setattr(actions.sealing, "_signed", slow)
    with pytest.raises(SealFailure):
        actions.seal_paper(town.zhou, wanted(), at=MONDAY)
    assert SealedPaper.objects.count() == 1


def test_it_numbers_without_a_gap_at_once(town: Cast) -> None:
    def one() -> str:
        with transaction.atomic():
            return actions.next_number("cgj", "{yyyy}-{seq}", MONDAY)

    assert sorted(at_once([one] * 5)) == [f"2026-{place}" for place in range(1, 6)]
    assert PaperSeries.objects.get().last == 5
