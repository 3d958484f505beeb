"""A sheet of reform tasks read into plans: every cell is checked, and every fault has its sheet, row and column.

Nothing is written here. Offices, people, problems, topics and leaders are looked up by code or by name, all at once.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, BinaryIO, Final

from gongzhi.city.cases.models import ImportSource
from gongzhi.city.kernel import paths
from gongzhi.city.kernel.sheets import read_sheets, unsafe
from gongzhi.city.mechanisms.errors import BadTaskSheet
from gongzhi.city.people.models import User
from gongzhi.city.records.models import Record
from gongzhi.city.territory.models import Office, Post, valid

# what the mechanism calls its case type, registers and levels (reform_tasks)
MECHANISM, TASK = "reform_tasks", "task"
PROBLEMS, TOPICS, LEADERS = "reform_problems", "reform_topics", "reform_leaders"
LEVELS = ("领导小组", "办公室", "工作组", "单位专班")
#: codes of imported tasks are unique among all that were ever imported
SOURCE = "reform_tasks"
MOST_TASKS = 5000
#: column of the file -> the names under which files call it; the first is the one that faults are told with
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "code": ("任务代码", "代码", "编号", "序号"),
    "subject": ("任务", "做什么", "任务名称", "改革任务"),
    "level": ("级别", "哪一级", "层级"),
    "parent": ("上级任务", "上级代码", "上级编号"),
    "lead": ("牵头单位", "责任单位"),
    "owner": ("责任人",),
    "given_on": ("开始日期", "从哪天起", "下达日期"),
    "due_on": ("完成期限", "期限", "哪天前办完", "完成时限"),
    "deliverable": ("交出什么", "成果", "工作成果"),
    "measures": ("办法", "措施", "改革举措"),
    "problem": ("问题", "解决哪个问题", "解决的问题"),
    "topic": ("专题",),
    "leader": ("分管领导", "市领导"),
    "helpers": ("配合单位",),
    "weight": ("分值", "权重"),
    "verify_by": ("由谁核验", "核验方式"),
}
NEEDED = ("code", "subject", "level", "lead", "owner", "due_on")
#: two names in a cell for one person
SEVERAL = re.compile(r"[、，,；;/]")
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]0?0:00(:00)?(\.0+)?)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with one cell."""

    sheet: str
    row: int
    column: str
    why: str

    def __str__(self) -> str:
        where = f"“{self.sheet}”第{self.row}行" if self.sheet else f"第{self.row}行"
        return f"{where}“{self.column}”：{self.why}"


@dataclass(slots=True, kw_only=True)
class Plan:
    """One task as the file tells it; ``form`` lacks only the number of the task above, which is not known before."""

    sheet: str
    row: int
    cells: Mapping[str, str]
    form: dict[str, Any] = field(default_factory=dict)

    @property
    def code(self) -> str:
        return self.cells["code"]

    @property
    def parent(self) -> str:
        return self.cells["parent"]


@dataclass(slots=True, kw_only=True)
class Sheet:
    """What a file comes to."""

    plans: list[Plan] = field(default_factory=list)
    #: tasks of the file that are in the city already
    known: int = 0
    faults: list[Fault] = field(default_factory=list)
    #: titles of problems that no record has yet -> the key that they will get
    problems: dict[str, str] = field(default_factory=dict)


def read_tasks(stream: BinaryIO, name: str) -> Sheet:
    """Read a file; ``BadTaskSheet`` where it is no list of tasks at all, ``Sheet.faults`` for what is wrong in rows."""
    found = Sheet()
    plans = list(_plans(stream, name, found))
    if len(plans) > MOST_TASKS:
        raise BadTaskSheet(why=f"一次最多{MOST_TASKS}件，请分开导入")
    known = _imported(plan.code for plan in plans)
    fresh = [plan for plan in plans if plan.code not in known]
    found.known = len(plans) - len(fresh)
    _check_tree(plans, known, found)
    _fill(fresh, found)
    found.faults.sort(key=lambda fault: (fault.sheet, fault.row))
    found.plans = in_order(fresh) if not found.faults else []
    return found


def _plans(stream: BinaryIO, name: str, found: Sheet) -> Iterator[Plan]:
    places: dict[str, Plan] = {}
    columns: dict[str, dict[str, str]] = {}
    any_list = False
    for sheet, number, row in read_sheets(stream, name, BadTaskSheet):
        if sheet not in columns:
            columns[sheet] = _columns(row)
        if "subject" not in columns[sheet]:
            continue  # a sheet of notes
        any_list = True
        cells = {target: unsafe(row.get(title, "").strip()) for target, title in columns[sheet].items()}
        plan = Plan(sheet=sheet, row=number, cells={**dict.fromkeys(COLUMNS, ""), **cells})
        for target in NEEDED:
            if not plan.cells[target]:
                missing = target not in columns[sheet]
                _fault(found, plan, target, "这张表没有这一列" if missing else "没有填")
        if not plan.code:
            continue
        if before := places.get(plan.code):
            _fault(found, plan, "code", f"“{plan.code}”在第{before.row}行已经有了")
            continue
        places[plan.code] = plan
        yield plan
    if not any_list:
        raise BadTaskSheet(why=f"“{name}”里没有“{COLUMNS['subject'][0]}”这一列，或者一行也没有")


def _columns(row: Mapping[str, str]) -> dict[str, str]:
    """Target -> title of the column that holds it."""
    named = {target: next((name for name in names if name in row), "") for target, names in COLUMNS.items()}
    return {target: title for target, title in named.items() if title}


def _fault(found: Sheet, plan: Plan, target: str, why: str) -> None:
    found.faults.append(Fault(sheet=plan.sheet, row=plan.row, column=COLUMNS[target][0], why=why))


def _imported(codes: Iterable[str]) -> set[str]:
    rows = ImportSource.objects.filter(source=SOURCE, source_id__in=list(codes))
    return set(rows.values_list("source_id", flat=True))


def _check_tree(plans: list[Plan], known: set[str], found: Sheet) -> None:
    """Every task above is there, on a higher level, and nobody is above himself."""
    by_code = {plan.code: plan for plan in plans}
    outside = _imported({plan.parent for plan in plans if plan.parent} - by_code.keys())
    for plan in plans:
        if plan.cells["level"] and plan.cells["level"] not in LEVELS:
            _fault(found, plan, "level", f"要写{'、'.join(LEVELS)}中的一个")
        above = by_code.get(plan.parent)
        if not plan.parent or plan.code in known:
            continue
        if plan.parent == plan.code:
            _fault(found, plan, "parent", "上级不能是自己")
        elif above is None and plan.parent not in outside:
            _fault(found, plan, "parent", f"没有代码是“{plan.parent}”的任务")
        elif above is not None and not _is_above(above.cells["level"], plan.cells["level"]):
            _fault(
                found,
                plan,
                "parent",
                f"“{plan.parent}”是{above.cells['level']}一级，不在{plan.cells['level']}上面",
            )


def _is_above(one: str, other: str) -> bool:
    """Levels fall strictly from the top, so that no ring of tasks can come about; an unknown level is told elsewhere."""
    return one not in LEVELS or other not in LEVELS or LEVELS.index(one) < LEVELS.index(other)


def in_order(plans: list[Plan]) -> list[Plan]:
    """Each task behind the one above it."""
    return sorted(plans, key=lambda plan: LEVELS.index(plan.cells["level"]))


def _fill(plans: list[Plan], found: Sheet) -> None:
    lookups = Lookups()
    for plan in plans:
        cells, form = plan.cells, plan.form
        form |= {
            "code": cells["code"],
            "subject": cells["subject"],
            "kind": "改革任务",
            "level": cells["level"],
        }
        form["deliverable"] = cells["deliverable"] or f"办成：{cells['subject']}"[:200]
        form["verify_by"] = cells["verify_by"] or "第三方核验"
        form |= {target: cells[target] for target in ("measures", "weight") if cells[target]}
        reads: tuple[tuple[str, Callable[[Plan], Any]], ...] = (
            ("lead", lookups.office),
            ("owner", lookups.person),
            ("due_on", lambda each: _day(each.cells["due_on"])),
            ("given_on", lambda each: _day(each.cells["given_on"])),
            ("helpers", lookups.offices),
            ("topic", lambda each: lookups.record(TOPICS, each.cells["topic"])),
            ("leader", lambda each: lookups.record(LEADERS, each.cells["leader"])),
            ("problem", lambda each: _problem(lookups, each, found)),
        )
        for target, read in reads:
            if not cells[target]:
                continue
            try:
                form[target] = read(plan)
            except ValueError as error:
                _fault(found, plan, target, str(error))


def _problem(lookups: Lookups, plan: Plan, found: Sheet) -> str:
    """Key of the problem that is named by key or title; a new title becomes a problem of the list."""
    told = plan.cells["problem"]
    if key := lookups.known(PROBLEMS, told):
        return key
    if len(told) > 120:
        raise ValueError("问题最多一百二十个字")
    return found.problems.setdefault(told, f"W-{hashlib.sha256(told.encode()).hexdigest()[:12]}")


def _day(text: str) -> str:
    loose = DAY.fullmatch(text)
    if not loose:
        raise ValueError(f"“{text[:30]}”不是日期，请写成 2026-12-31")
    try:
        return date(*(int(part) for part in loose.groups()[:3])).isoformat()
    except ValueError:
        raise ValueError(f"没有“{text[:30]}”这一天") from None


class Lookups:
    """Offices, people and records by what a sheet calls them; four queries however long the sheet is."""

    def __init__(self) -> None:
        offices = list(Office.objects.filter(valid()).values_list("code", "short_name", "name", "path"))
        self._offices: dict[str, set[str]] = defaultdict(set)
        self._paths = {code: path for code, _short, _name, path in offices}
        for code, short, name, _path in offices:
            for word in {code, short, name}:
                self._offices[word].add(code)
        self._people: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        posts = Post.objects.filter(valid(), user__is_active=True, office__isnull=False)
        for pk, username, name, path in posts.values_list(
            "user_id", "user__username", "user__name", "office__path"
        ):
            for word in {username, name} - {""}:
                self._people[word][User(pk=pk).person].add(path)
        self._records: dict[str, dict[str, str]] = defaultdict(dict)
        rows = Record.objects.filter(register__in=(PROBLEMS, TOPICS, LEADERS)).exclude(published_state="")
        for register, key, name in rows.values_list("register", "key", "name"):
            self._records[register].setdefault(name, key)
            self._records[register][key] = key

    def _office(self, word: str) -> str:
        found = self._offices.get(word, set())
        if len(found) == 1:
            return next(iter(found))
        raise ValueError(f"有几个单位叫“{word}”，请写代码" if found else f"没有单位叫“{word[:40]}”")

    def office(self, plan: Plan) -> str:
        """Code of the leading office."""
        return self._office(plan.cells["lead"])

    def offices(self, plan: Plan) -> list[str]:
        """Codes of the helping offices."""
        return [self._office(word) for word in re.split(r"[、，,；;]", plan.cells["helpers"]) if word]

    def person(self, plan: Plan) -> str:
        """The one person in charge: a name or login of somebody with a post in the leading office or below it."""
        word = "".join(plan.cells["owner"].split())  # names of two characters are written with a space
        found = self._people.get(word, {})
        if SEVERAL.search(word) or (not found and word != plan.cells["owner"]):
            raise ValueError("责任人只写一位")
        lead = self._offices.get(plan.cells["lead"], set())
        own = {
            person for person, held in found.items() if _within(held, {self._paths[code] for code in lead})
        }
        if len(own) == 1:
            return next(iter(own))
        if len(own) > 1:
            raise ValueError(f"{plan.cells['lead']}有几位“{word}”，请写登录名")
        where = plan.cells["lead"] or "牵头单位"
        raise ValueError(f"“{word}”在{where}没有岗位" if found else f"没有叫“{word[:30]}”的人")

    def known(self, register: str, word: str) -> str:
        """Key of a record by key or name; empty where there is none."""
        return self._records[register].get(word, "")

    def record(self, register: str, word: str) -> str:
        """As ``known``; refuses what is in no record."""
        if key := self.known(register, word):
            return key
        raise ValueError(f"登记簿里没有“{word[:40]}”")


def _within(held: set[str], leads: set[str]) -> bool:
    return any(paths.is_within(path, lead) for path in held for lead in leads)


__all__ = ["COLUMNS", "LEVELS", "MECHANISM", "SOURCE", "TASK", "Fault", "Plan", "Sheet", "read_tasks"]
