"""The tree of reform tasks: goals, topics, schemes, tasks; who leads what, which problem has a measure, and the import."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, BinaryIO, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check, may
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms import library
from gongzhi.city.mechanisms.errors import BadTaskSheet, TasksRefused
from gongzhi.city.mechanisms.overviews import reform
from gongzhi.city.mechanisms.overviews.reform import Node, Reform
from gongzhi.city.mechanisms.reform_import import import_tasks
from gongzhi.city.mechanisms.reform_sheets import COLUMNS, NEEDED
from gongzhi.city.web.acting import staff
from gongzhi.city.web.refusals import refused

#: filter -> (what it is called, which tasks it leaves)
FILTERS: Mapping[str, tuple[str, Callable[[Node], bool]]] = {
    "all": (gettext_noop("全部"), lambda node: True),
    "mine": (gettext_noop("我负责的"), lambda node: node.mine and node.open),
    "red": (gettext_noop("红灯"), lambda node: node.open and node.own_light == "red"),
    "yellow": (gettext_noop("黄灯"), lambda node: node.open and node.own_light == "yellow"),
    "blocked": (gettext_noop("卡住的"), lambda node: node.blocked),
    "claimed": (gettext_noop("说做完了、还没有核"), lambda node: node.claimed),
    "back": (gettext_noop("核验退回的"), lambda node: node.sent_back),
    "verified": (gettext_noop("核验通过"), lambda node: node.verified),
    "formal": (gettext_noop("没有写问题的"), lambda node: not node.problem and node.case.ended != "dropped"),
}
SIZE = 50
#: leader of tasks that name none
NOBODY = "-"
LARGEST = 10 * 1024 * 1024


def _by(request: HttpRequest) -> Standing:
    found: Standing = request.standing  # type: ignore[attr-defined]
    return found


def _read(request: HttpRequest) -> tuple[Reform, dict[str, Any]]:
    by = _by(request)
    found = reform.reform(by)
    return found, {
        "reform": found,
        "may_import": may(by, "reform.import"),
        "now": clock.now(),
        "missing": reform.MECHANISM not in library.LIBRARY.active_versions(),
    }


@never_cache
@staff()
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The whole: figures that open to their rows, then goals with topics, schemes and the tasks at the top."""
    found, context = _read(request)
    idle = [row for row in found.problems if row.state == "open" and row.key not in found.by_problem]
    context |= {"idle": len(idle), "polls": found.polls}
    return render(request, "web/reform_tasks/index.html", context)


@never_cache
@staff()
@require_safe
def topic(request: HttpRequest, key: str) -> HttpResponse:
    """One topic: its leader, measures, results and model, and all its tasks as a tree."""
    found, context = _read(request)
    one = next((each for each in found.topics if each.key == key), None)
    if one is None:
        raise Http404(key)
    titles = {row.key: row.name for row in found.problems}
    return render(request, "web/reform_tasks/topic.html", {**context, "topic": one, "problem_titles": titles})


@never_cache
@staff()
@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """Tasks by filter, leader or topic: what every figure opens to."""
    found, context = _read(request)
    asked = {name: request.GET.get(name, "")[:64] for name in ("show", "leader", "topic")}
    show = asked["show"] or "all"
    if show not in FILTERS:
        raise Http404(show)
    order = list(reform.walk(root for each in found.topics for root in each.every_root))
    wanted = {node.case.pk for each in found.topics if each.key == asked["topic"] for node in each.lines}
    rows = [
        node
        for node in order
        if FILTERS[show][1](node)
        and (not asked["leader"] or node.leader == ("" if asked["leader"] == NOBODY else asked["leader"]))
        and (not asked["topic"] or node.case.pk in wanted)
    ]
    page = int(request.GET["page"]) if request.GET.get("page", "").isdecimal() else 1
    kept = {name: value for name, value in asked.items() if value and name != "show"}
    context |= {
        "tabs": [
            (_(title), urlencode({**kept, "show": name}), name == show)
            for name, (title, _f) in FILTERS.items()
        ],
        "rows": rows[(page - 1) * SIZE : page * SIZE],
        "count": len(rows),
        "more": urlencode({**kept, "show": show, "page": page + 1}) if len(rows) > page * SIZE else "",
        "leader": found.leaders.get(asked["leader"], ""),
        "topic": next((each.title for each in found.topics if each.key == asked["topic"]), ""),
    }
    return render(request, "web/reform_tasks/tasks.html", context)


@never_cache
@staff()
@require_safe
def matrix(request: HttpRequest) -> HttpResponse:
    """Leaders and topics: how many tasks each leader has where, with the worst light; every cell opens to its tasks."""
    found, context = _read(request)
    topics = [each for each in found.topics if each.roots or each.schemes or each.key != reform.NO_TOPIC]
    cells: dict[tuple[str, str], list[Node]] = {}
    for each in topics:
        for node in each.lines:
            cells.setdefault((node.leader, each.key), []).append(node)
    names = {
        **found.leaders,
        **({"": _("没有写分管领导")} if any(not leader for leader, _t in cells) else {}),
    }
    rows = [
        (key, name, [_cell(key, each.key, cells.get((key, each.key), [])) for each in topics])
        for key, name in names.items()
    ]
    return render(request, "web/reform_tasks/matrix.html", {**context, "topics": topics, "rows": rows})


def _cell(leader: str, topic_key: str, nodes: list[Node]) -> dict[str, Any]:
    query = {"show": "all", "leader": leader or NOBODY, "topic": topic_key}
    return {
        "count": len(nodes),
        "verified": sum(node.verified for node in nodes),
        "light": reform.worst(node.own_light for node in nodes if node.open),
        "query": urlencode(query),
    }


@never_cache
@staff()
@require_safe
def problems(request: HttpRequest) -> HttpResponse:
    """Problems beside the tasks that answer them; problems without a task, and tasks without a problem."""
    found, context = _read(request)
    by_problem = found.by_problem
    rows = [(row, by_problem.get(row.key, [])) for row in found.problems]
    context |= {
        "answered": [(row, nodes) for row, nodes in rows if nodes],
        "idle": [row for row, nodes in rows if not nodes and row.state == "open"],
        "formal": [node for node in found.nodes if FILTERS["formal"][1](node)],
    }
    return render(request, "web/reform_tasks/problems.html", context)


@never_cache
@staff()
@require_http_methods(["GET", "HEAD", "POST"])
def take(request: HttpRequest) -> HttpResponse:
    """Import a sheet: looked through with ``look``, else taken, whole or not at all."""
    by = _by(request)
    check(by, "reform.import")
    columns = [(names[0], "、".join(names[1:]), target in NEEDED) for target, names in COLUMNS.items()]
    context: dict[str, Any] = {"columns": columns}
    if request.method != "POST":
        return render(request, "web/reform_tasks/import.html", context)
    sent = request.FILES.get("file")
    try:
        if sent is None or (sent.size or 0) > LARGEST:
            raise BadTaskSheet(why=_("没有选择文件，或者文件超过10MB"))
        look = request.POST.get("step") == "look"
        done = import_tasks(cast(BinaryIO, sent), (sent.name or "")[:100], by=by, check_only=look)
    except BadTaskSheet as error:
        return render(
            request,
            "web/reform_tasks/import.html",
            {**context, "refusal": refused(error)},
            status=error.status,
        )
    except TasksRefused as error:
        context |= {"faults": error.data["faults"], "count": error.data["count"]}
        return render(request, "web/reform_tasks/import.html", context, status=error.status)
    if look:
        return render(request, "web/reform_tasks/import.html", {**context, "looked": done})
    told = _("新收%(taken)d件，已经有的%(known)d件，下达%(out)d件，新记问题%(problems)d个。")
    numbers = {"taken": done.taken, "known": done.known, "out": done.handed_out, "problems": done.problems}
    messages.success(request, told % numbers, extra_tags="green")
    return redirect("web:reform_tasks")
