"""The job: questions one after the other, each told before it is asked, so that a page can say how far it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from gongzhi.city.analytics.errors import Busy
from gongzhi.city.analytics.running import session
from gongzhi.city.jobs.tasks import task
from gongzhi.city.kernel import clock
from gongzhi.city.mechanisms import event_facts
from gongzhi.city.mining import comparing, naming, words
from gongzhi.city.mining.asking import Asked, Which, lay_file, lay_own
from gongzhi.city.mining.models import MiningStudy
from gongzhi.city.mining.periods import read_period
from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.mining import Study, draw_log, left_out, study_of

#: questions of ``asking`` and two comparisons, and the reading of the facts
STEPS = 12


@task()
def study(pk: str) -> str:
    """Answer a study. Called again after a kill it begins anew: nothing that it does is seen before it is whole."""
    row = MiningStudy.objects.get(pk=pk)
    if row.is_over:
        return row.state
    MiningStudy.objects.filter(pk=pk).update(
        state=MiningStudy.State.RUNNING, started_at=clock.now(), done=0, total=STEPS
    )
    try:
        result, svg = _answered(row)
    except GongzhiError as error:
        _finish(row, MiningStudy.State.FAILED, said=error.message[:500])
        return MiningStudy.State.FAILED
    except Exception:
        _finish(row, MiningStudy.State.FAILED, said=_("程序出了错，已经记下。请换一个范围再试。"))
        raise
    _finish(row, MiningStudy.State.DONE, result=result, svg=svg)
    return MiningStudy.State.DONE


def _finish(row: MiningStudy, state: str, **values: Any) -> None:
    MiningStudy.objects.filter(pk=row.pk).update(
        state=state, finished_at=clock.now(), done=STEPS, doing="", **values
    )


def _answered(row: MiningStudy) -> tuple[dict[str, Any], str]:
    told = _Progress(row)
    if row.is_own:
        told("facts")
        with suppress(Busy):  # another process brings them up to date at this very moment
            event_facts.refresh()
    with laid(row) as asked:
        answers = asked.answers(told)
        found = study_of(answers)
        odd = {each["trouble"]: each["n"] for each in answers["odd"] if each["n"]}
        if row.is_own:
            odd.pop("no_start", None)  # those are the tasks that are open now
        names, offices = _names(row, found)
        result: dict[str, Any] = {
            "study": found.dump(),
            "names": names,
            "offices": offices,
            "odd": odd,
            "bottlenecks": words.bottlenecks(found, names),
            "rework": words.rework(found, names),
            "pingpong": words.pingpong(found, offices),
            "left_out": 0 if row.is_own else left_out(found),
        }
        told("conformance")
        result["conformance"] = _compared_with_flow(row, asked)
    told("drift")
    result["drift"] = _drifted(row, names)
    svg = naming.picture(row.mechanism, row.type, found) if row.is_own else draw_log(found, title=row.title)
    return result, svg


class _Progress:
    """Writes into the row which question is being answered."""

    def __init__(self, row: MiningStudy) -> None:
        self._row, self._done = row, 0

    def __call__(self, what: str) -> None:
        doing = {
            "facts": _("整理办件记录"),
            "totals": _("数有多少件、多少种走法"),
            "variants": _("数有多少件、多少种走法"),
            "arcs": _("算每一段等了多久"),
            "each": _("找返工"),
            "offices": _("看谁交给谁"),
            "roles": _("看谁交给谁"),
            "pingpong": _("找来回踢"),
            "odd": _("找记录里的毛病"),
            "conformance": _("和图对照"),
            "drift": _("和另一段时间比"),
        }[what]
        MiningStudy.objects.filter(pk=self._row.pk).update(doing=doing, done=self._done)
        self._done += 1


@contextmanager
def laid(row: MiningStudy, *, level: str = "step", period: str = "") -> Iterator[Asked]:
    """The log of a study, ready for questions."""
    chosen = read_period(period or row.period)
    which = Which(
        mechanism=row.mechanism,
        type=row.type,
        area_path=row.area_path,
        level=level,
        since=chosen.since,
        until=chosen.until,
    )
    with session() as opened:
        if row.is_own:
            yield lay_own(opened, which)
        else:
            yield lay_file(opened, [_kept(row, "parquet")], which)


def _kept(row: MiningStudy, ending: str) -> Path:
    return Path(settings.GONGZHI_WAREHOUSE) / "logs" / f"{row.pk}.{ending}"


def _names(row: MiningStudy, found: Study) -> tuple[dict[str, str], dict[str, str]]:
    if not row.is_own:
        return {}, {}
    codes = {each.giver for each in found.offices} | {each.taker for each in found.offices}
    codes |= {each.office for each in found.pingpong} | {each.other for each in found.pingpong}
    return naming.names_of(row.mechanism, row.type), naming.offices(codes)


def _compared_with_flow(row: MiningStudy, asked: Asked) -> dict[str, Any] | None:
    """Of our own log choice by choice, with the flow of the active version; of a foreign one with the model that came along."""
    if row.is_own:
        with laid(row, level="choice") as by_choice:
            return comparing.conformance(by_choice, naming.flow_of(row.mechanism, row.type), own=True)
    if row.model:
        return comparing.with_model(asked, _kept(row, "bpmn").read_bytes())
    return None


def _drifted(row: MiningStudy, names: dict[str, str]) -> list[str]:
    if not row.compare:
        return []
    with laid(row, period=row.compare) as before, laid(row) as after:
        try:
            return words.drifted(comparing.drift(before, after), names)
        except GongzhiError as error:
            return [error.message]


__all__ = ["STEPS", "laid", "study"]
