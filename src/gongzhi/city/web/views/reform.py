"""The reform door: where tasks, pilots, simulations, mining, appraisal and the workshop are found."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from gongzhi.city.kernel.permissions import may
from gongzhi.city.web.acting import staff

#: (title, what is found there, address, the right that shows it)
ROOMS = (
    (gettext_noop("改革任务"), gettext_noop("目标、专题、方案、任务：谁领题、到哪一步、证据在哪里"), "web:reform_tasks", "reform.read"),
    (gettext_noop("试点"), gettext_noop("先在几个地方试，和没试的比，有用再推开"), "web:pilots", "reform.read"),
    (gettext_noop("模拟"), gettext_noop("多两个人会怎样？先算一算，再请人这样干"), "web:simulations", "study.read"),
    (gettext_noop("过程挖掘"), gettext_noop("实际是怎么走的：卡在哪一步、退了几回、等谁"), "web:mining", "study.read"),
    (gettext_noop("机制工坊"), gettext_noop("改一条规则，马上看流程图、表单和情景结果"), "web:workshop", "workshop.edit"),
    (gettext_noop("机制移交"), gettext_noop("签名打包给下一个城市；外来的先体检、试跑再安装"), "web:exchange", "mechanism.export"),
    (gettext_noop("考核"), gettext_noop("分类比、专项算、三公开；数字都来自办件记录"), "web:scores", "score.read"),
    (gettext_noop("产业链"), gettext_noop("链长、缺什么、谁在办；企业说了算"), "web:chains", "reform.read"),
    (gettext_noop("仪器共享"), gettext_noop("哪台仪器哪天空着；谁都能约，用完评一评"), "web:instruments", "reform.read"),
)  # fmt: skip


@staff()
@require_safe
def hub(request: HttpRequest) -> HttpResponse:
    """Every room of the reform loop that this post may enter."""
    by = request.standing  # type: ignore[attr-defined]
    found = []
    for title, what, name, right in ROOMS:
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        if may(by, right):
            found.append((_(title), _(what), url))
    return render(request, "web/reform.html", {"rooms": found})
