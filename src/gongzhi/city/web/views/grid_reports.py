"""Reports and self-handled matters of the grid: three taps, with or without scripts, from a network or from a draft.

A draft carries the key that its telephone made. The same draft sent twice opens one case, and the second answer shows the same
number; a draft of somebody else, of a post that has ended or of a form that has changed is refused with what to mend.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from gongzhi.city.cases import actions
from gongzhi.city.cases.actions import DRAFT_KEY, Receipt
from gongzhi.city.cases.routine import DRAFTS_REMEMBERED
from gongzhi.city.kernel import clock, paths
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms import grid_kit
from gongzhi.city.mechanisms.grid_kit import Kit
from gongzhi.city.territory import queries as territory
from gongzhi.city.territory.errors import NoSuchArea
from gongzhi.city.territory.models import Area
from gongzhi.city.web.acting import posts
from gongzhi.city.web.drafted import BadPlace, NotYourDraft, TooManyPhotos, TooOldDraft, mark_of
from gongzhi.city.web.forming import files_sent
from gongzhi.city.web.refusals import fields_of, refused
from gongzhi.city.web.views.grid import ROLE, my_units, walker, walking
from gongzhi.engine.errors import GongzhiError

JSON = "application/json"
MOST_PHOTOS = 6
LONGEST_NOTE, LONGEST_PLACE = 500, 120
#: a draft older than the memory of its key could open a second case
OLDEST = DRAFTS_REMEMBERED - timedelta(days=1)
KEY = re.compile(rf"^{re.escape(DRAFT_KEY)}[0-9A-Za-z_-]{{8,60}}$")


@walking
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """The form of a report: photo, kind, send. With scripts the page keeps a draft first and sends that."""
    by, kit = walker(request), grid_kit.kit(walker(request).role)
    if request.method != "POST":
        return _form(request, kit, {"kind": request.GET.get("kind", ""), "key": new_key()})
    sent = _sent(request)
    try:
        by = _drawn_up_by(request, by)
        receipt = _report(request, kit, by, sent)
    except GongzhiError as error:
        return _refused(request, kit, sent, error)
    return _taken(request, receipt, again=bool(sent["again"]))


def _report(request: HttpRequest, kit: Kit, by: Standing, sent: dict[str, Any]) -> Receipt:
    """Open the case, unless the draft was answered before: then nothing is even uploaded."""
    if known := actions.answered(by, sent["key"]):
        sent["again"] = True
        return known
    _fresh(request)
    kind = kit.one(kit.reports, sent["kind"])
    place = _place(by, sent)
    if len(request.FILES.getlist("photos")) > MOST_PHOTOS:
        raise TooManyPhotos(most=MOST_PHOTOS)
    sent["photos"] = list(files_sent(request, "photos", by, ""))
    return grid_kit.report(
        kind, note=sent["note"], place=place, photos=sent["photos"], by=by, key=sent["key"]
    )


@walking
@require_http_methods(["GET", "HEAD", "POST"])
def self_handled(request: HttpRequest) -> HttpResponse:
    """What was put right on the way, by one tap. A phone with scripts waits ten seconds before it sends (``settled``); one
    without gets a page with a button for undoing."""
    by, kit = walker(request), grid_kit.kit(walker(request).role)
    if request.method != "POST":
        return render(request, "web/grid/self.html", {"kit": kit, "key": new_key(), "units": my_units(by)})
    sent = _sent(request)
    try:
        by = _drawn_up_by(request, by)
        _fresh(request)
        sent["again"] = actions.answered(by, sent["key"]) is not None
        receipt = grid_kit.handle(
            kit.one(kit.selves, sent["kind"]),
            place=_place(by, sent),
            minutes=sent["minutes"],
            note=sent["note"][:200],
            by=by,
            key=sent["key"],
            settled=request.POST.get("settled") == "1",
        )
    except GongzhiError as error:
        if _wants_json(request):
            return _refusal(error, kit)
        messages.error(request, str(refused(error).sentence), extra_tags="red")
        return redirect("web:grid_self")
    if _wants_json(request):
        return _answer(receipt, again=sent["again"])
    return render(request, "web/grid/noted.html", {"receipt": receipt, "kind": sent["kind"]})


@walking
@require_POST
def undo(request: HttpRequest, case: str) -> HttpResponse:
    """It was a slip of the thumb."""
    try:
        grid_kit.undo(case, by=walker(request))
    except GongzhiError as error:
        messages.error(request, str(refused(error).sentence), extra_tags="red")
    else:
        messages.success(request, _("已撤销，没有记。"), extra_tags="green")
    return redirect("web:grid")


def new_key() -> str:
    """A key for a form without scripts; telephones with scripts make their own."""
    return f"{DRAFT_KEY}{secrets.token_urlsafe(15)}"


def _sent(request: HttpRequest) -> dict[str, Any]:
    """The few values of a report, cut to what a case holds; a key of another shape counts as none was sent."""
    sent = request.POST
    key = sent.get("key", "")
    return {
        "key": key if KEY.match(key) else new_key(),
        "kind": sent.get("kind", "")[:40],
        "note": sent.get("note", "").strip()[:LONGEST_NOTE],
        "minutes": sent.get("minutes", "").strip()[:5],
        "place": sent.get("place", "").strip()[:LONGEST_PLACE],
        "area": sent.get("place.area", "")[:24],
        "lon": sent.get("place.lon", "")[:20],
        "lat": sent.get("place.lat", "")[:20],
        "again": False,
    }


def _drawn_up_by(request: HttpRequest, by: Standing) -> Standing:
    """In which post the draft was written. Raises NotYourDraft where somebody else is signed in now, or the post has ended."""
    who, post = request.POST.get("who", ""), request.POST.get("post", "")
    if who and who != mark_of(by.person):
        raise NotYourDraft(why=_("这条是另一位同事在这部手机上写的"))
    if not post or post == by.post:
        return by
    mine = next((each for each in posts(request) if str(each.pk) == post and each.role == ROLE), None)
    if mine is None:
        raise NotYourDraft(why=_("写的时候的岗位已经没有了"))
    return territory.standing(mine)


def _fresh(request: HttpRequest) -> None:
    """Raises TooOldDraft for one that was written before its key would be forgotten."""
    try:
        made = parse_datetime(request.POST.get("made", ""))
    except ValueError:
        made = None
    if made is not None and made.tzinfo is not None and clock.now() - made > OLDEST:
        raise TooOldDraft(days=OLDEST.days)


def _place(by: Standing, sent: Mapping[str, Any]) -> dict[str, Any]:
    """Where it is: the unit that was chosen, else the first of the own; a position only where somebody pressed for it.

    Raises BadPlace for an area beyond the own.
    """
    units = my_units(by)
    chosen = _area(sent["area"]) if sent["area"] else (units[0] if units else None)
    if chosen is None or not paths.is_within(chosen.path, by.area_path):
        raise BadPlace(fields={"place": _("这个地方不在您的网格里，请改选本单元")})
    text = sent["place"] or chosen.name
    return {"text": text, "area": chosen.code, **_position(sent["lon"], sent["lat"])}


def _position(lon: str, lat: str) -> dict[str, float]:
    """Both numbers, or nothing: half a position, or one beyond the globe, is none."""
    try:
        east, north = float(lon), float(lat)
    except ValueError:
        return {}
    # comparisons with "not a number" are false
    return {"lon": round(east, 6), "lat": round(north, 6)} if abs(east) <= 180 and abs(north) <= 90 else {}


def _area(code: str) -> Area | None:
    try:
        return territory.area(code)
    except NoSuchArea:
        return None


def _wants_json(request: HttpRequest) -> bool:
    return JSON in request.headers.get("Accept", "")


def _taken(request: HttpRequest, receipt: Receipt, *, again: bool) -> HttpResponse:
    if _wants_json(request):
        return _answer(receipt, again=again)
    words = (
        _("已经报上去了，编号 %(number)s。") if not again else _("这条先前已经报过，编号还是 %(number)s。")
    )
    messages.success(request, words % {"number": receipt.number or receipt.tracking_code}, extra_tags="green")
    return redirect("web:grid")


def _answer(receipt: Receipt, *, again: bool) -> JsonResponse:
    """What a draft is told: its number, and whether it had been sent before."""
    return JsonResponse(
        {
            "number": receipt.number or receipt.tracking_code,
            "url": reverse("web:case", args=[receipt.case]),
            "again": again,
        }
    )


def _refused(request: HttpRequest, kit: Kit, sent: dict[str, Any], error: GongzhiError) -> HttpResponse:
    return _refusal(error, kit) if _wants_json(request) else _form(request, kit, sent, error)


def _refusal(error: GongzhiError, kit: Kit) -> JsonResponse:
    """Why a draft stays where it is: the sentence, what to do, which fields, and the form as it is now."""
    said = refused(error)
    fields = {name: str(words) for name, words in fields_of(error).items()}
    data = {"code": said.code, "sentence": said.sentence, "remedy": said.remedy, "fields": fields}
    return JsonResponse(data | {"form": kit.version}, status=error.status)


def _form(
    request: HttpRequest, kit: Kit, sent: Mapping[str, Any], error: GongzhiError | None = None
) -> HttpResponse:
    by = walker(request)
    context = {
        "kit": kit,
        "units": my_units(by),
        "sent": sent,
        "refusal": refused(error) if error else None,
        "fields": fields_of(error) if error else {},
        "most_photos": MOST_PHOTOS,
    }
    return render(request, "web/grid/report.html", context, status=error.status if error else 200)
