"""What a person must not learn from a case that they may otherwise read: who asked for confidence, who handled it.

Both rights stand in the matrix (``reveal.confidential``, ``case.handler``), so a page, a list and the API can't disagree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gongzhi.city.cases import sealing
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.queries.telling import is_told
from gongzhi.city.cases.sight import may
from gongzhi.city.kernel import paths, permissions
from gongzhi.city.kernel.references import Standing
from gongzhi.engine import cases as engine
from gongzhi.engine.cases import CaseType
from gongzhi.engine.forms import HIDDEN

if TYPE_CHECKING:
    from gongzhi.city.cases.queries.pages import CasePage, Event, Shown


def is_blind(by: Standing) -> bool:
    """Whether this post must judge without knowing whose work it judges (it calls reporters back)."""
    return not permissions.may(by, "case.handler")


def without_handler(by: Standing, rows: Iterable[Case]) -> None:
    """Take the leading office off rows of a list, for a post that must not know it. The rows are for showing only."""
    if is_blind(by):
        for row in rows:
            row.lead_id, row.lead_path = None, ""


def knows_rating(by: Standing, row: Case, state: engine.Case) -> bool:
    """Whether this post may know how this very case was rated: whoever watches over the service, and never the rated.

    The case says who brought it, so a verdict beside it says who rated. The rated are the leading office with
    those above and below it (but for the government over all of them), and everybody who acted in the case.
    """
    if by.role == "resident" or not permissions.may(by, "rating.case", row):
        return False
    if by.person in {person for doers in state.doers.values() for person in doers}:
        return False
    mine, lead = by.office_path, row.lead_path
    over = len(paths.ancestors(mine)) > 1 and paths.is_within(lead, mine) if mine else False
    return not (mine and lead and (over or paths.is_within(mine, lead)))


def is_covered(by: Standing, row: Case, state: engine.Case) -> bool:
    """Whether the reporter asked that people like this one don't learn who they are."""
    return row.confidential and not may(by, "reveal.confidential", row, state)


def closed_files(
    by: Standing, row: Case, case_type: CaseType, state: engine.Case, secrets: Mapping[str, Any]
) -> frozenset[str]:
    """Hashes of the files of private fields that this post may not open: a scan of an identity card is an identity."""
    fields = [each for each in sealing.private_fields(case_type).values() if each.kind == "files"]
    return frozenset(
        str(file.get("sha256", ""))
        for each in fields
        if not may(by, f"reveal.{each.privacy}", row, state) or is_covered(by, row, state)
        for file in secrets.get(str(state.data.get(each.id)), None) or ()
    )


def covered(page: CasePage, secrets: Mapping[str, Any]) -> CasePage:
    """The page of a confidential matter for somebody from whom the reporter is kept.

    Private values show nothing, not even their last digits; numbers and names in running text are blacked out.
    """
    return replace(
        page,
        values=tuple(_covered(each, secrets) for each in page.values),
        history=tuple(_covered_event(each, secrets) for each in page.history),
        state=replace(page.state, question=sealing.blacked_out(page.state.question, secrets)),
    )


def _covered(shown: Shown, secrets: Mapping[str, Any]) -> Shown:
    value = HIDDEN if shown.sealed else sealing.blacked_out(shown.value, secrets)
    return replace(shown, value=value)


def _covered_event(event: Event, secrets: Mapping[str, Any]) -> Event:
    data = {**event.data, "values": sealing.blacked_out(event.data.get("values"), secrets)}
    return replace(event, data=data, values=tuple(_covered(each, secrets) for each in event.values))


def blind(page: CasePage) -> CasePage:
    """The page for whoever calls back: what was reported and what the reporter was told, and nothing of who did it."""
    asked = {ask.field for ask in page.case_type.opening}
    said = tuple(
        each
        for each in page.values
        if (each.field.id in asked or is_told(page.case_type, each.field, page.state.data))
        and each.field.kind not in ("office", "offices", "person")
    )
    files = {str(each.get("sha256", "")) for each in _files(said)}
    return replace(
        page,
        values=said,
        history=(),
        links=(),
        merged=(),
        rating=None,
        attachments=tuple(each for each in page.attachments if each.sha256 in files),
        holdings=tuple(each for each in page.holdings if each.choices),
        handler_hidden=True,
        blind=True,
    )


def _files(values: Iterable[Shown]) -> Iterable[Mapping[str, Any]]:
    for each in values:
        if each.field.kind == "files" and isinstance(each.value, list):
            yield from (file for file in each.value if isinstance(file, dict))
