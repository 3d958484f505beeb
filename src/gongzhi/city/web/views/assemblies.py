"""Meetings as villagers see them: notices, the phone ballot, results that anybody can count again."""

from __future__ import annotations

import csv

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongzhi.city.assemblies import actions
from gongzhi.city.assemblies.errors import NoSuchMeeting, NotUnderstood
from gongzhi.city.assemblies.models import Mark, Topic, Voter
from gongzhi.city.assemblies.queries import lists
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import may
from gongzhi.city.kernel.references import Standing, resident
from gongzhi.city.mechanisms import meetings
from gongzhi.city.web.acting import acting_post, standing
from gongzhi.city.web.meeting_words import choice_words, choices, outcome_words
from gongzhi.city.web.refusals import refused
from gongzhi.engine.assemblies import RecountDiffers, new_receipt, recount
from gongzhi.engine.errors import GongzhiError


def villager(request: HttpRequest) -> Standing:
    """The person themselves, whatever post they also hold: a vote is cast as a villager."""
    return resident(request.user.person) if request.user.is_authenticated else resident("")


@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What is to come, what is mine to vote on, what came out; and for who works here, what waits."""
    me = villager(request)
    mine = list(lists.voters_called(meetings.mine(me, Voter.objects.all()))[:10])
    by = standing(request) if acting_post(request) else None
    desk = by is not None and may(by, "assembly.read")
    context = {
        "mine": [(row, _ballots(row)) for row in mine],
        "notices": lists.notices(),
        "results": [(row, outcome_words(row.outcome)) for row in lists.results()],
        "desk": desk,
        "waiting": lists.waiting(by) if by and desk else (),
        "meetings": lists.meetings(by) if by and desk else (),
        "to_file": lists.to_file(by) if by and desk else (),
        "may_call": by is not None and may(by, "assembly.call"),
        "may_file": by is not None and may(by, "assembly.file"),
        "today": clock.today(),
    }
    return render(request, "web/meetings/home.html", context)


def _ballots(voter: Voter) -> list[tuple[Topic, str]]:
    """The topics of the meeting with how this line has voted on each (the way, never the choice)."""
    ways = dict(Mark.objects.filter(voter=voter).values_list("topic", "channel"))
    rows = voter.meeting.topics.exclude(state=Topic.State.WITHDRAWN).order_by("pk")
    return [(row, str(Mark.Channel(ways.get(row.pk, "")).label) if ways.get(row.pk) else "") for row in rows]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Where the code of a slip is typed in."""
    code = request.POST.get("code", "").strip()[:40]
    if not code:
        return redirect("web:assemblies")
    return redirect("web:meeting_slip", code=code.upper().replace(" ", "-").replace("/", "") or "-")


@never_cache
@require_safe
def slip(request: HttpRequest, code: str) -> HttpResponse:
    """What a household may vote on whose printed slip was scanned. Nobody has to sign in."""
    try:
        voter = lists.voter_by_code(code)
    except NoSuchMeeting as error:
        return render(request, "web/meetings/slip.html", {"refusal": refused(error)}, status=error.status)
    return render(
        request, "web/meetings/slip.html", {"voter": voter, "ballots": _ballots(voter), "code": code}
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def slip_vote(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """The ballot of a printed slip."""
    try:
        voter = lists.voter_by_code(code)
    except NoSuchMeeting as error:
        return render(request, "web/meetings/slip.html", {"refusal": refused(error)}, status=error.status)
    return _vote(request, pk, voter, resident(""), code)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def vote(request: HttpRequest, pk: int) -> HttpResponse:
    """The ballot of somebody who has signed in."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    me = villager(request)
    topic = Topic.objects.filter(pk=pk, meeting__isnull=False).select_related("meeting").first()
    try:
        if topic is None or topic.meeting is None:
            raise NoSuchMeeting
        voter = meetings.my_line(me, topic.meeting)
    except GongzhiError as error:
        return render(request, "web/meetings/slip.html", {"refusal": refused(error)}, status=error.status)
    return _vote(request, pk, voter, me, "")


def _vote(request: HttpRequest, pk: int, voter: Voter, by: Standing, code: str) -> HttpResponse:
    """One ballot, cast once; the number beside it makes a retry the same vote."""
    topic = voter.meeting.topics.filter(pk=pk).first()
    if topic is None:
        error = NoSuchMeeting()
        return render(request, "web/meetings/slip.html", {"refusal": refused(error)}, status=error.status)
    signer = Signer(salt=f"ballot:{topic.pk}:{voter.pk}")
    context = {
        "topic": topic,
        "voter": voter,
        "code": code,
        "choices": choices(),
        "chosen": request.POST.get("choice", ""),
        "ticket": signer.sign(new_receipt()) if topic.is_secret else "",
        "voted": Mark.objects.filter(topic=topic, voter=voter).exclude(channel="").first(),
    }
    if request.method != "POST":
        return render(request, "web/meetings/vote.html", context)
    try:
        receipt = _receipt(signer, request.POST.get("ticket", "")) if topic.is_secret else ""
        cast = actions.cast(by, topic.pk, voter.unit, request.POST.get("choice", ""), receipt=receipt)
    except GongzhiError as error:
        context["refusal"] = refused(error)
        return render(request, "web/meetings/vote.html", context, status=error.status)
    return render(request, "web/meetings/voted.html", {**context, "cast": cast})


def _receipt(signer: Signer, ticket: str) -> str:
    """The number that this very line was shown for this very ballot. NotUnderstood for any other."""
    try:
        return signer.unsign(ticket)
    except BadSignature:
        raise NotUnderstood(why=_("这张票不完整")) from None


@require_safe
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """A result with everything that is needed to count it again."""
    topic = lists.result(pk)
    ballots = lists.published_ballots(topic)
    by = standing(request) if acting_post(request) else None
    wanted = "".join(each for each in request.GET.get("receipt", "") if each.isdecimal())
    found = [pair for pair in ballots if pair[0].replace("-", "") == wanted] if wanted else []
    context = {
        "topic": topic,
        "outcome": outcome_words(topic.outcome),
        "ballots": [(receipt, choice_words(choice)) for receipt, choice in ballots],
        "check": _check(topic, ballots),
        "wanted": wanted,
        "found": [(receipt, choice_words(choice)) for receipt, choice in found],
        "paper": topic.paper_counts.order_by("at"),
        "paper_out": topic.marks.filter(channel=Mark.Channel.PAPER).count(),
        "objections": topic.objections.order_by("at"),
        "open": topic.state == Topic.State.PUBLISHED and topic.open_until and clock.now() < topic.open_until,
        "signed_in": request.user.is_authenticated,
        "may_answer": by is not None and may(by, "assembly.count", topic),
    }
    return render(request, "web/meetings/result.html", context)


def _check(topic: Topic, ballots: object) -> str:
    """Count the list again as anybody would: ``same``, ``differs``, or empty where no list is published."""
    if not topic.root:
        return ""
    try:
        recount(ballots, root=topic.root, topic=topic.list_name)  # type: ignore[arg-type]
    except RecountDiffers:
        return "differs"
    return "same"


@require_safe
def ballot_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The published list as CSV, with what is needed to compute its root."""
    topic = lists.result(pk)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="ballots-{topic.pk}.csv"'
    writer = csv.writer(response)
    writer.writerow(["topic", "receipt", "choice"])
    writer.writerows((topic.list_name, receipt, choice) for receipt, choice in lists.published_ballots(topic))
    return response


@require_POST
def object_to(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what one has against a result."""
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("web:meeting_result", args=[pk]))
    try:
        actions.object_to(villager(request), pk, request.POST.get("text", ""))
        messages.success(request, _("异议收到了，会有人查，查完在这里答复。"))
    except GongzhiError as error:
        said = refused(error)
        messages.error(request, f"{said.sentence}{said.remedy}")
    return redirect("web:meeting_result", pk=pk)
