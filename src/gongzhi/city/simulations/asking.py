"""A question in the form that people fill in: what the history says stands in it, and they change what they like.

Nothing is asked that the system knows: every field may stay as it is. What comes back is read strictly, within bounds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import Target, check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms import library
from gongzhi.city.simulations.errors import BadNumber
from gongzhi.city.simulations.histories import history_of
from gongzhi.engine.cases.spec import CaseTypeSpec, performer
from gongzhi.engine.mechanisms import Mechanism, NoSuchCaseType
from gongzhi.engine.simulation import (
    ArrivalSpec,
    FitLine,
    LawSpec,
    SimulationSpec,
    StaffSpec,
    TimeSpec,
    VariantSpec,
    calibrate,
    checked,
    law_of,
    learn,
    mean_of,
    scaled,
    spec_of,
)

#: what one question may cover
MOST_DAYS, MOST_REPLICATIONS, MOST_PEOPLE = 365, 60, 500
#: minutes of a step and hours of a wait where no history says anything
USUAL_MINUTES, USUAL_HOURS = 30.0, 48.0
#: variants that the form has room for
VARIANTS = 2


@dataclass(frozen=True)
class Row:
    """One number of the form."""

    name: str
    title: str
    value: str
    unit: str
    #: where it comes from
    because: str = ""
    #: ``good``, ``few`` or ``none``
    quality: str = "none"


@dataclass
class Question:
    """A case type with what its history says, ready to be shown and to be changed."""

    mechanism: Mechanism
    case_type: str
    spec: SimulationSpec
    fits: tuple[FitLine, ...]
    people: list[Row] = field(default_factory=list)
    times: list[Row] = field(default_factory=list)
    routes: list[tuple[str, list[Row]]] = field(default_factory=list)
    arrivals: Row = Row("per_day", "", "", "")

    @property
    def check(self) -> FitLine | None:
        """How well the model lives the past again."""
        return next((line for line in self.fits if line.key == "check"), None)

    @property
    def kind(self) -> CaseTypeSpec:
        """The case type's file."""
        return self.mechanism.case_types[self.case_type]


def prepare(by: Standing, mechanism: str, case_type: str, area: str = "") -> Question:
    """The question about one case type, from the history that the post may study. Raises NotAllowed, NotInstalled."""
    check(by, "study.run", Target(area_path=by.area_path, mechanism=mechanism))
    held = library.one(mechanism)
    spec = held.mechanism.case_types.get(case_type)
    if spec is None:
        known = "、".join(held.mechanism.case_types)
        raise NoSuchCaseType(mechanism=mechanism, case=case_type, known=known)
    base = SimulationSpec(start=clock.today(), days=60, warm_up=20)
    history = history_of(mechanism, case_type, by=by, area=area)
    found = calibrate(learn(history, spec, base), history, held.mechanism, case_type)
    made = Question(held.mechanism, case_type, found.spec, found.fits)
    lines = {line.key: line for line in found.fits}
    made.arrivals = _arrivals(made, lines)
    for role in dict.fromkeys(performer(step.who)[0] for step in spec.steps.values() if step.who):
        if role != "resident":
            made.people.append(_people(made, role, lines.get(f"staff.{role}")))
    for id_, step in spec.steps.items():
        made.times.append(_time(made, id_, lines.get(f"times.{id_}")))
        if sum(bool(choice.to or choice.opens) for choice in step.choices.values()) > 1:
            made.routes.append((step.title, _routes(made, id_)))
    return made


def _arrivals(made: Question, lines: Mapping[str, FitLine]) -> Row:
    line, given = lines.get("arrivals"), made.spec.arrivals
    value = f"{per_day(given):.1f}" if given is not None else ""
    text, quality = (line.text, line.quality) if line else ("", "none")
    return Row("per_day", _("每个工作日大约来多少件"), value, _("件"), text, quality)


def per_day(given: ArrivalSpec) -> float:
    """Cases in a week of five working days, per day of them."""
    return sum(sum(row) for row in given.by_hour or ()) / 5


def _people(made: Question, role: str, line: FitLine | None) -> Row:
    known = made.spec.staff.get(role)
    value = str(known.people) if known and known.people else ""
    text = line.text if line else _("历史上看不出几个人；不填就当总有人手、不排队")
    return Row(
        f"people-{role}",
        made.mechanism.roles.get(role, role),
        value,
        _("人"),
        text,
        line.quality if line else "none",
    )


def _time(made: Question, step: str, line: FitLine | None) -> Row:
    known, spec = made.spec.times.get(step), made.kind.steps[step]
    works = _works(made, step)
    if known is not None and known.work is not None:
        value = mean_of(law_of(known.work))
    elif known is not None and known.wait is not None:
        value = mean_of(law_of(known.wait)) / (1 if known.wait_in == "hours" else 60)
    else:
        value = USUAL_MINUTES if works else USUAL_HOURS
    unit = (
        _("工作分钟（手上办）")
        if works
        else _("工作小时（等）")
        if known and known.wait_in != "hours"
        else _("小时（等）")
    )
    text = line.text if line else _("没有历史，先这样假设")
    return Row(f"time-{step}", spec.title, f"{value:.4g}", unit, text, line.quality if line else "none")


def _works(made: Question, step: str) -> bool:
    """Whether the step is work of somebody of ours, as far as is known."""
    known = made.spec.times.get(step)
    if known is not None:
        return known.work is not None
    role = performer(made.kind.steps[step].who)[0]
    return bool(role) and role != "resident"


def _routes(made: Question, step: str) -> list[Row]:
    known, choices = made.spec.routes.get(step), made.kind.steps[step].choices
    moving = [name for name, choice in choices.items() if choice.to or choice.opens]
    usual = {name: 90.0 if place == 0 else 10.0 / (len(moving) - 1) for place, name in enumerate(moving)}
    shares = known or usual
    return [
        Row(f"route-{step}-{name}", choices[name].title or name, f"{shares.get(name, 0):.4g}", "")
        for name in moving
    ]


# --- what came back --------------------------------------------------------------------------------------------


def answer(made: Question, sent: Mapping[str, str]) -> SimulationSpec:
    """The assumptions with everything that was changed. Raises BadNumber, UnreadableAssumptions."""
    changed: dict[str, Any] = {
        "staff": _sent_people(made, sent),
        "times": {**made.spec.times, **_sent_times(made, sent)},
        "routes": _sent_routes(made, sent),
        "variants": _sent_variants(made, sent),
        "days": int(_number(sent, "days", _("量多少天"), 60, 1, MOST_DAYS)),
        "replications": int(_number(sent, "replications", _("重复几次"), 20, 5, MOST_REPLICATIONS)),
        "seed": int(_number(sent, "seed", _("随机种子"), 1, 0, 2**32 - 1)),
    }
    changed["warm_up"] = max(min(changed["days"] // 3, 40), 5)
    changed["arrivals"] = _sent_arrivals(made, sent)
    if promise := sent.get("promise", "").strip():
        changed["promise"] = promise
    spec = made.spec.model_copy(update=changed)
    return checked(spec.model_dump(mode="json", exclude_unset=True))


def _number(
    sent: Mapping[str, str], name: str, title: str, usual: float, low: float, high: float, whole: bool = True
) -> float:
    text = sent.get(name, "").strip()
    if not text:
        return usual
    try:
        value = float(text)
    except ValueError:
        raise BadNumber(title=title, value=text[:20], why=_("不是数")) from None
    if not low <= value <= high or (whole and value != int(value)):
        why = _("应在%(low)s与%(high)s之间") % {"low": f"{low:g}", "high": f"{high:g}"}
        raise BadNumber(title=title, value=text[:20], why=why)
    return value


def _sent_arrivals(made: Question, sent: Mapping[str, str]) -> ArrivalSpec | None:
    given, row = made.spec.arrivals, made.arrivals
    text = sent.get("per_day", "").strip()
    if not text or text == row.value:
        return given
    value = _number(sent, "per_day", row.title, 0, 0.01, 20_000, whole=False)
    if given is not None and per_day(given) > value / 1000:
        return given.model_copy(update={"times": value / per_day(given)})
    return ArrivalSpec(per_working_day=value)


def _sent_people(made: Question, sent: Mapping[str, str]) -> dict[str, StaffSpec]:
    staff = dict(made.spec.staff)
    for row in made.people:
        role = row.name.removeprefix("people-")
        text = sent.get(row.name)
        if text is None or text.strip() == row.value:
            continue
        if not text.strip():
            staff.pop(role, None)
        else:
            people = int(_number(sent, row.name, row.title, 1, 1, MOST_PEOPLE))
            staff[role] = StaffSpec(people=people)
    return staff


def _sent_times(made: Question, sent: Mapping[str, str]) -> dict[str, TimeSpec]:
    """A changed mean keeps the shape of what was learnt."""
    times: dict[str, TimeSpec] = {}
    for row in made.times:
        step = row.name.removeprefix("time-")
        text, known = sent.get(row.name, "").strip(), made.spec.times.get(step)
        if known is not None and text in ("", row.value):
            continue
        value = _number(sent, row.name, row.title, float(row.value), 0.01, 1_000_000, whole=False)
        law = (known.work or known.wait) if known is not None else None
        if known is None or law is None:
            fresh = LawSpec.model_validate({"exponential": {"mean": value}})
            times[step] = TimeSpec(work=fresh) if _works(made, step) else TimeSpec(wait=fresh)
            continue
        new = spec_of(scaled(law_of(law), value / float(row.value)))
        times[step] = known.model_copy(update={"work": new} if known.work is not None else {"wait": new})
    return times


def _sent_routes(made: Question, sent: Mapping[str, str]) -> dict[str, Mapping[str, float]]:
    routes: dict[str, Mapping[str, float]] = dict(made.spec.routes)
    for title, rows in made.routes:
        step = rows[0].name.split("-")[1]
        values = {
            row.name.split("-", 2)[2]: _number(
                sent, row.name, f"{title}·{row.title}", float(row.value), 0, 100_000, whole=False
            )
            for row in rows
        }
        if not sum(values.values()):
            raise BadNumber(title=title, value="0", why=_("总要有一个选项会被选"))
        if step in routes or any(row.name in sent for row in rows):
            routes[step] = values
    return routes


def _sent_variants(made: Question, sent: Mapping[str, str]) -> tuple[VariantSpec, ...]:
    variants: list[VariantSpec] = []
    for number in range(1, VARIANTS + 1):
        more: dict[str, int] = {}
        for row in made.people:
            role = row.name.removeprefix("people-")
            name = f"more{number}-{role}"
            value = int(_number(sent, name, row.title, 0, -MOST_PEOPLE, MOST_PEOPLE))
            if value:
                more[role] = value
        if more:
            title = sent.get(f"variant{number}", "").strip()[:40] or _title(made, more)
            if title in [each.name for each in variants]:
                title = f"{title} {number}"
            variants.append(VariantSpec(name=title, more=more))
    return tuple(variants)


def _title(made: Question, more: Mapping[str, int]) -> str:
    """``再多 2 名派单员``."""
    titles = {role: made.mechanism.roles.get(role, role) for role in more}
    words = [
        _("再多%(n)d名%(role)s") % {"n": n, "role": titles[role]}
        if n > 0
        else _("少%(n)d名%(role)s") % {"n": -n, "role": titles[role]}
        for role, n in more.items()
    ]
    return _("、").join(words)[:60]


__all__ = ["MOST_DAYS", "MOST_REPLICATIONS", "VARIANTS", "Question", "Row", "answer", "prepare"]
