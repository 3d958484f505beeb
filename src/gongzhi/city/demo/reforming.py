"""Reform tasks of the demo: a sheet as the reform office keeps it, imported by its head, and carried as far as it says.

Each task goes as far as the column 走到: signed for, said to be done, sent back by the check, verified, or stuck.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from importlib.resources import files

from gongzhi.city.cases import actions
from gongzhi.city.cases.models import Case
from gongzhi.city.demo.staffing import Staff
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms import library, polls
from gongzhi.city.mechanisms.reform_import import import_tasks
from gongzhi.city.people.models import User
from gongzhi.city.territory.models import Office
from gongzhi.engine.instants import SHANGHAI

MECHANISM, OFFICE = "reform_tasks", "dy-ggb"
ADDED = ("责任人", "开始日期", "完成期限")
CHECK = {"how_checked": "随机抽点到现场看", "check_note": "抽了三处，都对。"}
BACK = {"how_checked": "随机抽点到现场看", "check_note": "抽了三处，一处还是老样子。"}
STUCK = {"block_what": "几家的表对不上", "block_office": "dy-gdgs"}


def fill_reform(tell: Callable[[str, int, int], None], *, seed: int = 5) -> int:
    """Import the sheet and carry its tasks; gives how many. Nothing where the mechanism is not installed."""
    if MECHANISM not in library.LIBRARY.active_versions():
        return 0
    staff, now = Staff(random.Random(seed)), clock.now()
    text = (files("gongzhi.city.demo") / "data" / "reform_tasks.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    chief = staff.holder("reform_chief", OFFICE, "改革办主任")
    began = now - timedelta(days=max(int(row["几天前开始"]) for row in rows))
    with clock.frozen(began):
        import_tasks(_sheet(rows, staff, now), "改革任务.csv", by=chief)
        react_to_all()
    cases = {
        str(case.state["data"]["code"]): case
        for case in Case.objects.filter(mechanism=MECHANISM, type="task")
    }
    for number, row in enumerate(rows, 1):
        _carry(cases[row["任务代码"]], row, staff, now)
        tell("改革任务", number, len(rows))
    _scheme(staff, now)
    react_to_all()
    return len(rows)


def _sheet(rows: list[dict[str, str]], staff: Staff, now: datetime) -> io.BytesIO:
    """The sheet with real people and real days."""
    made = io.StringIO()
    writer = csv.writer(made)
    writer.writerow([*rows[0], *ADDED])
    for row in rows:
        owner = staff.holder("officer", _code(row), "承办人")
        login = User.objects.get(pk=int(owner.person.removeprefix("user:"))).username
        writer.writerow([*row.values(), login, "", (now + timedelta(days=int(row["几天后到期"]))).date()])
    return io.BytesIO(made.getvalue().encode())


def _code(row: Mapping[str, str]) -> str:
    return Office.objects.get(short_name=row["牵头单位"]).code


def _carry(case: Case, row: Mapping[str, str], staff: Staff, now: datetime) -> None:
    """Take the steps that lead where the row says, each on a plausible day."""
    doer, checker = (
        staff.holder("officer", _code(row), "承办人"),
        staff.holder("third_party", "dy-tjj", "核验员"),
    )
    last = min(now - timedelta(days=2), now + timedelta(days=int(row["几天后到期"]) - 1))
    begun = now - timedelta(days=int(row["几天前开始"]) - 1)
    for at, step, choice, values, by in _steps(row["走到"], doer, checker, begun, last):
        with clock.frozen(_in_hours(at)):
            actions.choose(case.pk, step, choice, values, by=by)


Step = tuple[datetime, str, str, dict[str, str], Standing]


def _steps(goes: str, doer: Standing, checker: Standing, begun: datetime, last: datetime) -> Iterator[Step]:
    if goes == "sign":
        return
    yield begun, "sign", "sign", {}, doer
    if goes == "stuck":
        yield last, "carry_out", "stuck", STUCK, doer
    if goes in ("claimed", "back", "done"):
        yield last, "carry_out", "claim_third", {"done_text": "已经照办法做完。"}, doer
    if goes == "back":
        yield last + timedelta(hours=26), "verify", "back", BACK, checker
    if goes == "done":
        yield last + timedelta(hours=26), "verify", "pass", CHECK, checker


def _in_hours(at: datetime) -> datetime:
    return at.astimezone(SHANGHAI).replace(hour=10, minute=20)


#: days ago, step, choice, role, office, values: a scheme up to the survey of the people
SCHEME = {
    "subject": "村级报表准入办法",
    "code": "FA-BB",
    "topic": "ZT9",
    "problem": "WT04",
    "lead": OFFICE,
    "helpers": ["dy-nyj"],
    "market": False,
}
TEXT = {
    "text": "系统里有的不再要村里填；新表先进准入清单，写明几分钟、到哪天为止。",
    "affected": "全市三百多个村（社区）",
    "question": "您支不支持新表先准入、再下发？您受不受益？",
}
ADOPTED = {"adopted": "农业农村局提的季节性统计，照样走准入。", "text": TEXT["text"]}
BEFORE: tuple[tuple[int, str, str, str, str, dict[str, object]], ...] = (
    (70, "draft", "submit", "officer", OFFICE, dict(TEXT)),
    (68, "consult", "comment", "officer", "dy-nyj", {"opinion": "季节性统计要留口子"}),
    (66, "adopt", "plain", "officer", OFFICE, dict(ADOPTED)),
    (62, "legality", "pass", "legality_reviewer", "dy-sfj", {"legality_note": "合法"}),
    (61, "gather", "go_on", "officer", OFFICE, {}),
)
FRAME = {
    "frame_kind": "随机抽取",
    "frame": "全市村（社区）干部名册，每五人抽一人",
    "frame_size": 400,
    "invited": 80,
    "least": 40,
}
#: of sixty-five who answered
ANSWERS, SUPPORTS, BENEFITS = 65, 51, 47


def _scheme(staff: Staff, now: datetime) -> None:
    """A scheme that the people were asked about: its slips are filled in one by one, its result is counted."""
    owner = staff.holder("officer", OFFICE, "承办人")
    with clock.frozen(_in_hours(now - timedelta(days=72))):
        values = {**SCHEME, "owner": owner.person}
        scheme = actions.open_case(MECHANISM, "scheme", values, by=owner).case
    for back, step, choice, role, office, given in BEFORE:
        with clock.frozen(_in_hours(now - timedelta(days=back))):
            actions.choose(scheme, step, choice, given, by=staff.holder(role, office, role))
            react_to_all()
    poll = Case.objects.get(mechanism=MECHANISM, type="poll", ended_at=None)
    _ask(poll, staff, now)
    deciding = {"meeting": "市委深改委第四次会议", "decision_note": "同意印发。"}
    with clock.frozen(_in_hours(now - timedelta(days=3))):
        chief = staff.holder("reform_chief", OFFICE, "改革办主任")
        actions.choose(scheme, "decide", "pass", deciding, by=chief)


def _ask(poll: Case, staff: Staff, now: datetime) -> None:
    keeper = staff.holder("reform_officer", OFFICE, "改革专员")
    checker = staff.holder("third_party", "dy-tjj", "核验员")
    closes = (now - timedelta(days=35)).astimezone(SHANGHAI).date().isoformat()
    with clock.frozen(_in_hours(now - timedelta(days=58))):
        actions.choose(poll.pk, "plan", "submit", {**FRAME, "closes_on": closes}, by=keeper)
        actions.choose(poll.pk, "check", "pass", {}, by=checker)
        codes = polls.make_slips(keeper, poll.pk, int(str(FRAME["invited"])))
    with clock.frozen(_in_hours(now - timedelta(days=40))):
        for number, code in enumerate(codes[:ANSWERS]):
            support, benefit = polls.SUPPORT[number >= SUPPORTS], polls.BENEFIT[number >= BENEFITS]
            polls.answer(code, support=support, benefit=benefit, on_paper=number % 3 == 0)
    with clock.frozen(_in_hours(now - timedelta(days=34))):
        actions.choose(poll.pk, "collect", "count", {}, by=keeper)
    with clock.frozen(_in_hours(now - timedelta(days=33))):
        actions.choose(poll.pk, "declare", "passed", {}, by=checker)
        react_to_all()
