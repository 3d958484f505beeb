"""Meetings as those see them who hold them: calling, signing in, handing out paper, counting, minutes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongzhi.city.assemblies import actions
from gongzhi.city.assemblies.errors import NotUnderstood
from gongzhi.city.assemblies.models import Mark, Meeting, Topic, Voter
from gongzhi.city.assemblies.queries import lists
from gongzhi.city.assemblies.queries.presence import THERE, quorum_of, turnout
from gongzhi.city.kernel.permissions import check, may
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms import meetings
from gongzhi.city.web.acting import staff
from gongzhi.city.web.meeting_words import choices, outcome_words, share_words
from gongzhi.city.web.refusals import refused
from gongzhi.city.web.views.counter import drawn
from gongzhi.engine.errors import GongzhiError

#: lines of a roll on one page
PAGE = 100


@staff()
@require_http_methods(["GET", "HEAD", "POST"])
def call(request: HttpRequest) -> HttpResponse:
    """Choose topics that wait for one kind of meeting in one place, and say when and where."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    check(by, "assembly.call")
    sent = request.POST
    context: dict[str, object] = {
        "groups": _groups(by),
        "sent": sent,
        "chosen": sent.getlist("topic") or request.GET.getlist("topic"),
    }
    if request.method != "POST":
        return render(request, "web/meetings/call.html", context)
    try:
        row = meetings.call(
            by,
            [int(each) for each in sent.getlist("topic") if each.isdecimal()],
            starts_at=_instant(sent.get("day", ""), sent.get("hour", "")),
            venue=sent.get("venue", ""),
            secret=sent.get("ballot") == "secret",
            by_phone="by_phone" in sent,
        )
    except GongzhiError as error:
        context["refusal"] = refused(error)
        return render(request, "web/meetings/call.html", context, status=error.status)
    messages.success(request, _("通知发出去了，名册今天定下。"))
    return redirect("web:meeting", pk=row.pk)


def _groups(by: Standing) -> list[tuple[str, list[Topic]]]:
    """Waiting topics that can be taken together: one kind, one place."""
    groups: dict[tuple[str, int], list[Topic]] = {}
    for row in lists.waiting(by):
        groups.setdefault((row.kind, row.area_id), []).append(row)
    return [(f"{rows[0].area.name}·{rows[0].rules.title}", rows) for rows in groups.values()]


def _instant(day: str, hour: str) -> datetime:
    try:
        return make_aware(datetime.fromisoformat(f"{day}T{hour or '00:00'}"))
    except ValueError:
        raise NotUnderstood(why=_("请填开会的日期和时间")) from None


@never_cache
@staff()
@require_safe
def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """One meeting: how many are there, the topics with what can be done now, the roll."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    row = lists.meeting(by, pk)
    rules = row.rules
    topics = list(row.topics.exclude(state=Topic.State.WITHDRAWN).order_by("pk"))
    voting = [each for each in topics if each.state == Topic.State.VOTING]
    wanted = request.GET.get("unit", "").strip()[:64]
    context = {
        "meeting": row,
        "there": quorum_of(row),
        "quorum": [share_words(each) for each in rules.quorum],
        "passes": share_words(rules.passes),
        "topics": [_topic(each) for each in topics],
        "voting": voting,
        "roll": _roll(row, voting, wanted),
        "roll_size": row.roll.count(),
        "wanted": wanted,
        "page_size": PAGE,
        "choices": choices(),
        "may_hold": may(by, "assembly.hold", row),
        "may_count": may(by, "assembly.count", row),
        "may_call": may(by, "assembly.call", row),
    }
    return render(request, "web/meetings/meeting.html", context)


def _topic(topic: Topic) -> dict[str, object]:
    voting = topic.state == Topic.State.VOTING
    return {
        "row": topic,
        "turnout": turnout(topic) if topic.opened_at else None,
        "there": quorum_of(topic.meeting, topic) if voting and topic.meeting else None,
        "counts": list(topic.paper_counts.order_by("at")),
        "outcome": outcome_words(topic.outcome),
    }


def _roll(row: Meeting, voting: list[Topic], wanted: str) -> list[tuple[Voter, str, list[tuple[Topic, str]]]]:
    """Lines of the roll: those looked for, or first those who have not come."""
    rows = row.roll.filter(unit__icontains=wanted) if wanted else row.roll.all()
    lines = list(rows.order_by("unit")[:PAGE])
    ways = {
        (topic, voter): channel
        for topic, voter, channel in Mark.objects.filter(topic__in=voting, voter__in=lines).values_list(
            "topic", "voter", "channel"
        )
    }
    there = set(row.roll.filter(THERE, pk__in=[each.pk for each in lines]).values_list("pk", flat=True))
    return [
        (
            line,
            "there" if line.pk in there else "left" if line.left_at else "",
            [(topic, ways.get((topic.pk, line.pk), "")) for topic in voting],
        )
        for line in lines
    ]


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "").strip()
    if not text.isdecimal() or len(text) > 6:
        raise NotUnderstood(why=_("票数要填不小于0的整数"))
    return int(text)


def _open(by: Standing, request: HttpRequest, pk: int) -> str:
    actions.open_ballot(by, pk)
    return _("开始表决。")


def _close(by: Standing, request: HttpRequest, pk: int) -> str:
    row = actions.close_ballot(by, pk)
    return f"{outcome_words(row.outcome)}{_('：')}{row.says}"


def _hand(by: Standing, request: HttpRequest, pk: int) -> str:
    actions.enter_hand(by, pk, request.POST.get("unit", ""), request.POST.get("choice", ""))
    return _("记下了。")


def _paper(by: Standing, request: HttpRequest, pk: int) -> str:
    actions.hand_out_paper(by, pk, request.POST.get("unit", ""))
    return _("纸质票发出去了，这一户的手机票就停了。")


def _paper_back(by: Standing, request: HttpRequest, pk: int) -> str:
    actions.take_paper_back(by, pk, request.POST.get("unit", ""))
    return _("空白票收回来了。")


def _count(by: Standing, request: HttpRequest, pk: int) -> str:
    names = ("agree", "against", "abstain", "spoilt")
    actions.enter_count(by, pk, **{name: _number(request, name) for name in names})
    return _("您数的录进去了，请另一位再数一遍。")


def _file(by: Standing, request: HttpRequest, pk: int) -> str:
    actions.file_result(by, pk, request.POST.get("filed_as", ""))
    return _("备案记下了。")


def _answer(by: Standing, request: HttpRequest, pk: int) -> str:
    upheld, answer = request.POST.get("upheld") == "yes", request.POST.get("answer", "")
    actions.answer_objection(by, _number(request, "objection"), upheld=upheld, answer=answer)
    return _("答复记下了。")


_DEEDS: dict[str, Callable[[Standing, HttpRequest, int], str]] = {
    "open": _open, "close": _close, "hand": _hand, "paper": _paper, "paper_back": _paper_back, "count": _count,
    "file": _file, "answer": _answer,
}  # fmt: skip


@staff()
@require_POST
def topic_deed(request: HttpRequest, pk: int, deed: str) -> HttpResponse:
    """Open, count, close … one topic; the page says what came of it."""
    return _done(request, lambda by: _DEEDS[deed](by, request, pk), deed in _DEEDS)


@staff()
@require_POST
def meeting_deed(request: HttpRequest, pk: int, deed: str) -> HttpResponse:
    """Sign in or out, call off, close."""
    unit, words = request.POST.get("unit", ""), request.POST.get("words", "")
    deeds: dict[str, Callable[[Standing], object]] = {
        "come": lambda by: actions.sign_in(by, pk, unit, words),
        "leave": lambda by: actions.sign_out(by, pk, unit),
        "cancel": lambda by: actions.cancel_meeting(by, pk, words),
        "close": lambda by: actions.close_meeting(by, pk, words),
    }
    said = {
        "come": _("签到了。"),
        "leave": _("记下离场了。"),
        "cancel": _("会议取消了。"),
        "close": _("散会了。"),
    }

    def done(by: Standing) -> str:
        deeds[deed](by)
        return said[deed]

    return _done(request, done, deed in deeds)


def _done(request: HttpRequest, deed: Callable[[Standing], str], known: bool) -> HttpResponse:
    """Do it, tell it, and go back to where the form stood."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    try:
        if not known:
            raise NotUnderstood(why=_("没有这一项"))
        messages.success(request, deed(by))
    except GongzhiError as error:
        said = refused(error)
        messages.error(request, f"{said.sentence}{said.remedy}")
    back = request.POST.get("back", "")
    return redirect(back if back.startswith("/village/meetings/") else reverse("web:assemblies"))


@never_cache
@staff()
@require_POST
def slips(request: HttpRequest, pk: int) -> HttpResponse:
    """Slips with a code for every line of the roll, to be printed now: they are shown once."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    row = lists.meeting(by, pk)
    made = [
        (voter, code, drawn(address))
        for voter, code in actions.print_slips(by, pk)
        for address in [request.build_absolute_uri(reverse("web:meeting_slip", args=[code]))]
    ]
    return render(request, "web/meetings/slips.html", {"meeting": row, "slips": made})
