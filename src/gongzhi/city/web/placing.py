"""A form where some areas try another version: which one is shown, and what is said when the place turns out to be there.

A page shows the form of the place that is known: the one chosen, else the area of the post. Whoever then chooses a place where
another version runs gets that one's form, once, with everything that was typed; the action checks it in any case.
"""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from gongzhi.city.cases import catalogue, rows
from gongzhi.city.cases.errors import NoSuchCaseType
from gongzhi.city.cases.world import area_name
from gongzhi.city.kernel.references import Standing
from gongzhi.engine.cases import CaseType
from gongzhi.engine.errors import GongzhiError

#: name of the hidden input with the version of the form that was filled in
VERSION = "form_version"


class FormOfThePlace(GongzhiError):
    """The place that was chosen tries another version of the form; what was typed is shown again in that one."""

    code = "D115"
    sentence = "“%(place)s”用的是另一版表（%(version)s），和刚才这一版有不同：%(how)s。"
    remedy = "您填的都还在，什么都没有提交；请看一遍再提交。"
    status = 409


def here(request: HttpRequest, by: Standing | None = None) -> str:
    """Path of the area whose version counts: of the place sent with the form or named in the address, else of the post."""
    return rows.path_named(_named(request)) or (by.area_path if by else "")


def _named(request: HttpRequest) -> dict[str, object]:
    sent = request.POST if request.method == "POST" else request.GET
    return {"place": {"area": sent.get("place.area", "")}, "area": sent.get("area", "")}


def check_form(request: HttpRequest, mechanism: str, case_type: CaseType) -> None:
    """Pass when the form that was sent asks the same as the one of its place. Raises FormOfThePlace, which names what is asked
    anew and repeats what was typed into questions that are not asked here."""
    shown = request.POST.get(VERSION, "")[:32]
    if shown in ("", case_type.version):
        return
    try:
        then = catalogue.case_type(mechanism, shown, case_type.id)
    except NoSuchCaseType:
        return
    now = {ask.field for ask in case_type.opening}
    before = [ask.field for ask in then.opening]
    new = [case_type.form[ask.field].label for ask in case_type.opening if ask.field not in before]
    lost = [
        _("“%(label)s”这里不问，您写的是：%(words)s")
        % {"label": then.form[id_].label, "words": _("、").join(words)}
        for id_ in before
        if id_ not in now and (words := [each for each in request.POST.getlist(id_) if each.strip()])
    ]
    if not (new or lost):
        return
    how = [_("多问了%(labels)s") % {"labels": _("、").join(f"“{label}”" for label in new)}] if new else []
    place = area_name(rows.area_named(_named(request))) or _("这里")
    raise FormOfThePlace(place=place, version=case_type.version, how=_("；").join([*how, *lost]))
