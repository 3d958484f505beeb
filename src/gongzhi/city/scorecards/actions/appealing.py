"""Appeals: brought by the unit within the window, decided by somebody who scored nothing, reckoned anew where they are upheld."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from gongzhi.city.cases.actions import choose, open_case
from gongzhi.city.cases.models import Case
from gongzhi.city.kernel import clock, paths
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms import library
from gongzhi.city.scorecards import queries, standards
from gongzhi.city.scorecards.actions.reckoning import begin, go
from gongzhi.city.scorecards.actions.recording import record
from gongzhi.city.scorecards.errors import (
    AlreadyDecided,
    NoSuchScheme,
    NothingNamed,
    NotYet,
    SameHands,
    WindowClosed,
)
from gongzhi.city.scorecards.models import Appeal, Exclusion, Reckoning, Result, Scheme
from gongzhi.engine.calendars import calendar
from gongzhi.engine.instants import parse_span

#: the mechanism and case type in which an appeal is handled, where it is installed
MECHANISM, TYPE = "appraisal", "score_appeal"


def window(result: Result) -> datetime | None:
    """The end of the window for appeals against a card; ``None`` while it is not published."""
    published = result.reckoning.published_at
    if published is None:
        return None
    span = parse_span(standards.spec_of(result.reckoning.scheme).appeal.submit)
    return calendar("china", unannounced="weekends").add(published, span)


def submit_appeal(
    result_id: int, criterion: str, cases: Sequence[Mapping[str, str]], text: str, *, by: Standing
) -> Appeal:
    """A unit objects to one criterion of its published card, case by case with reasons.

    ``cases``: ``{"case": id, "ask": "exclude" | "include", "reason": …}``. Raises NoSuchScheme (not the own unit's card),
    NotYet (not published, or a newer version is out), WindowClosed, NothingNamed, AlreadyDecided (one is open).
    """
    check(by, "score.read")
    with transaction.atomic():
        result = Result.objects.select_related("reckoning__scheme").filter(pk=result_id).first()
        if result is None or not paths.is_within(by.office_path, result.office_path):
            raise NoSuchScheme(which=result_id)
        until = window(result)
        if until is None:
            raise NotYet(what="申诉", why="结果还没有公布")
        if clock.now() > until:
            raise WindowClosed(until=f"{until:%Y-%m-%d %H:%M}")
        named = _named(result, criterion, cases)
        if not text.strip():
            raise NothingNamed(what="没有写理由")
        if Appeal.objects.filter(result=result, criterion=criterion, state=Appeal.State.OPEN).exists():
            raise AlreadyDecided(what="指标的申诉", who="贵单位")
        span = parse_span(standards.spec_of(result.reckoning.scheme).appeal.decide)
        found = Appeal.objects.create(
            result=result,
            criterion=criterion,
            cases=named,
            text=text.strip(),
            office_path=result.office_path,
            submitted_by=by.person,
            submitted_by_name=by.name,
            submitted_at=clock.now(),
            due=calendar("china", unannounced="weekends").add(clock.now(), span),
            case=_case(result, criterion, named, text, by),
        )
        scheme = result.reckoning.scheme
        record(
            by,
            "appeal_submitted",
            scheme,
            appeal=found.pk,
            unit=result.unit,
            criterion=criterion,
            cases=named,
        )
    return found


def _named(result: Result, criterion: str, cases: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """Only cases that stand behind the figure, each with a reason."""
    known = {row.case_id: row for row in queries.rows_behind(result, criterion)}
    numbers = dict(Case.objects.filter(pk__in=known).values_list("pk", "number"))
    numbers_by_id = {str(key): value or "" for key, value in numbers.items()}
    made = []
    for each in cases:
        row = known.get(str(each.get("case", "")))
        reason = str(each.get("reason", "")).strip()
        ask = each.get("ask", "exclude")
        if row is None or ask not in ("exclude", "include") or row.excluded == (ask == "exclude"):
            raise NothingNamed(what="有的办件不在这项指标里，或者已经是您要的样子")
        if not reason:
            raise NothingNamed(what="有的办件没有写理由")
        made.append({"case": row.case_id, "number": numbers_by_id.get(row.case_id, ""), "ask": str(ask), "reason": reason[:300]})  # fmt: skip
    if not made:
        raise NothingNamed(what="没有勾选办件")
    return made


def _case(
    result: Result, criterion: str, named: list[dict[str, str]], text: str, by: Standing
) -> Case | None:
    """The case in which the appeal is handled: its clocks are the law's, its parties are the case type's."""
    version = library.LIBRARY.active_version(MECHANISM)
    held = library.LIBRARY.version(MECHANISM, version) if version else None
    if (
        held is None
        or TYPE not in held.case_types
        or by.role not in held.mechanism.case_types[TYPE].opened_by
    ):
        return None
    reckoning = result.reckoning
    spec = standards.spec_of(reckoning.scheme)
    title = next((each.title for _, each, _ in spec.criteria() if each.name == criterion), "") or criterion
    until = window(result)
    form: dict[str, Any] = {
        "subject": f"{result.name}：{title}"[:60],
        "lead": result.unit,
        "scheme": f"{reckoning.scheme.title}（{reckoning.scheme.starts:%Y-%m-%d}起，第{reckoning.number}版）"[
            :120
        ],
        "published_on": f"{localdate(reckoning.published_at):%Y-%m-%d}",
        "deadline": f"{localdate(until):%Y-%m-%d}",
        "named": "；".join(f"{each['number'] or each['case'][:8]} {each['reason']}" for each in named)[:3000],
        "reason": text.strip()[:2000],
    }
    receipt = open_case(MECHANISM, TYPE, form, by=by, channel="web")
    return Case.objects.get(pk=receipt.case)


def decide_appeal(
    appeal_id: int, *, upheld: bool, decision: str, accept: Sequence[str] = (), by: Standing
) -> Appeal:
    """Decide with reasons. Where it is upheld the named cases (``accept``: ids; empty: all) are taken out or put in, the
    scheme is reckoned anew and the new version published with the decision.

    Raises NotAllowed, NoSuchScheme, SameHands (who drafted, computed or brought it may not), NothingNamed, AlreadyDecided.
    """
    check(by, "score.review")
    with transaction.atomic():
        found = (
            Appeal.objects.select_for_update(of=("self",))
            .select_related("result__reckoning__scheme")
            .filter(pk=appeal_id)
            .first()
        )
        if found is None:
            raise NoSuchScheme(which=appeal_id)
        if found.state != Appeal.State.OPEN:
            raise AlreadyDecided(what="申诉", who=found.decided_by_name)
        reckoning = found.result.reckoning
        if by.person in scorers(reckoning) | {found.submitted_by}:
            raise SameHands(what="复核申诉")
        if not decision.strip():
            raise NothingNamed(what="决定没有写理由")
        scheme = Scheme.objects.select_for_update().get(pk=reckoning.scheme_id)
        found.state = Appeal.State.UPHELD if upheld else Appeal.State.REJECTED
        found.decided_by, found.decided_by_name = by.person, by.name
        found.decided_at, found.decision = clock.now(), decision.strip()
        if upheld:
            _apply(found, scheme, set(accept), by)
        found.save()
        if found.case is not None and not found.case.ended:
            # the same decision in the case, so that its clock stops and its papers go out
            choice = "uphold" if upheld else "reject"
            choose(found.case.pk, "decide", choice, {"decision": decision.strip()[:2000]}, by=by)
        record(
            by,
            f"appeal_{found.state}",
            scheme,
            appeal=found.pk,
            unit=found.result.unit,
            decision=found.decision,
        )
        if found.reckoning is not None:
            go(found.reckoning)
    return found


def scorers(reckoning: Reckoning) -> set[str]:
    """Who had a hand in the figures: drafted the standard, or computed the version (of a later one also the first)."""
    first = reckoning.scheme.reckonings.order_by("number").values_list("made_by", flat=True)[:1]
    return {reckoning.scheme.drafted_by, *first} | (
        {reckoning.made_by} if not reckoning.follows_appeal else set()
    )


def _apply(found: Appeal, scheme: Scheme, accept: set[str], by: Standing) -> None:
    chosen = [each for each in found.cases if not accept or each["case"] in accept]
    if not chosen:
        raise NothingNamed(what="没有一件办件成立")
    for each in chosen:
        Exclusion.objects.create(
            scheme=scheme,
            criterion=found.criterion,
            case_id=each["case"],
            out=each["ask"] == "exclude",
            reason=each["reason"],
            appeal=found,
            at=clock.now(),
        )
    found.reckoning = begin(scheme, by=by, because=f"{found.result.name}的申诉成立", follows_appeal=True)


__all__ = ["decide_appeal", "scorers", "submit_appeal", "window"]
