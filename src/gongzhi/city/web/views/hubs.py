"""Doors that lead to several rooms: reform, the village, order and enforcement, clean hands,
warnings, welfare, the environment."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from gongzhi.city.kernel.permissions import may
from gongzhi.city.web.acting import acting_post, staff, standing

#: (title, what is found there, address, the right that shows it; "" shows it to everybody)
Room = tuple[str, str, str, str]
REFORM: tuple[Room, ...] = (
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

VILLAGE: tuple[Room, ...] = (
    (gettext_noop("会议与表决"), gettext_noop("什么时候开会、议什么、怎么投票、结果怎样"), "web:assemblies", ""),
    (gettext_noop("积分"), gettext_noop("我家多少分、怎么来的、能换什么"), "web:household_points", ""),
    (gettext_noop("共建项目"), gettext_noop("一起谋、一起建、一起管、一起评、一起享"), "web:village_projects", ""),
    (gettext_noop("村规民约与承诺"), gettext_noop("大家定的规矩，各家签的承诺"), "web:covenants", ""),
    (gettext_noop("集体三资"), gettext_noop("村里的钱、物、地：每一笔都看得见"), "web:village_assets", ""),
    (gettext_noop("监督一点通"), gettext_noop("看公开的名单和账，有疑问点一下"), "web:supervision_tap", ""),
)  # fmt: skip
ORDER: tuple[Room, ...] = (
    (gettext_noop("综治中心"), gettext_noop("一把抓、再分家：每件纠纷在谁手里、到哪一步"), "web:dispute_centre", "case.list"),
    (gettext_noop("信访"), gettext_noop("十五日、五日、六十日：哪件快到期，哪件该复查"), "web:petitions", "case.list"),
    (gettext_noop("执法"), gettext_noop("案件、期限、罚款、公示和撤回；双随机抽查"), "web:enforcement", "case.list"),
    (gettext_noop("风险"), gettext_noop("哪里有隐患、多大、谁在管、解除没有"), "web:risks", "case.list"),
)  # fmt: skip
CLEAN: tuple[Room, ...] = (
    (gettext_noop("线索"), gettext_noop("只有纪检岗能看；到期自动销毁"), "web:clues", "clue.read"),
    (gettext_noop("名单比对"), gettext_noop("补贴名单和登记簿对一对：对上的是线索，不是结论"), "web:comparisons", "comparison.read"),
    (gettext_noop("廉政风险"), gettext_noop("每项权力的风险点和规则命中"), "web:integrity_risks", "clue.read"),
)  # fmt: skip
WARNINGS: tuple[Room, ...] = (
    (gettext_noop("预警"), gettext_noop("哪条规则、哪段时间、什么数；谁去看了、看到什么"), "web:alerts", "alert.read"),
    (gettext_noop("规则与准确率"), gettext_noop("每条规则报了多少、对了多少；不准的退下来"), "web:watches", "watch.read"),
    (gettext_noop("数据来源"), gettext_noop("谁送的、什么时候到的、缺了哪些、哪些没收"), "web:feeds", "feed.read"),
    (gettext_noop("用电看治污"), gettext_noop("企业、线路、设备、报备、应急减排"), "web:power", "alert.read"),
    (gettext_noop("防返贫监测"), gettext_noop("信号、入户、公示、帮扶、解除；收入和支出分开看"), "web:at_risk", "case.list"),
    (gettext_noop("苗头"), gettext_noop("同一类诉求、纠纷、隐患在哪里多起来了"), "web:early_signs", "alert.read"),
)  # fmt: skip
WELFARE: tuple[Room, ...] = (
    (gettext_noop("待遇"), gettext_noop("有哪些待遇、够不够条件、为什么、领多少"), "web:benefits", ""),
    (gettext_noop("发放"), gettext_noop("造册、复核、发放、退回；一个月一册"), "web:payments", "benefit.read"),
    (gettext_noop("政策测算"), gettext_noop("改一个数，谁多领、谁少领、要多少钱"), "web:what_if", "benefit.study"),
    (gettext_noop("住房保障"), gettext_noop("轮候排到第几、为什么、什么时候分配"), "web:housing", ""),
    (gettext_noop("看病与照护"), gettext_noop("转诊、远程诊疗、上门看病、养老服务"), "web:care", ""),
    (gettext_noop("购买服务"), gettext_noop("合同、到岗、评分、付款：校园保安和其他"), "web:purchased_services", ""),
    (gettext_noop("七网覆盖"), gettext_noop("每个村水、电、路、气、网、公交通没通"), "web:coverage", ""),
    (gettext_noop("民生实事"), gettext_noop("岗位、学位、床位、梯位、车位、厕位：建了没有、好不好用"), "web:seats", ""),
)  # fmt: skip
GREEN: tuple[Room, ...] = (
    (gettext_noop("河长"), gettext_noop("哪段河、谁管、巡了没有、问题改了没有"), "web:rivers", ""),
    (gettext_noop("清洁生产与循环利用"), gettext_noop("审核名单、方案、验收；谁的废料谁能用"), "web:clean_production", "case.list"),
    (gettext_noop("绿色指标"), gettext_noop("水、气、能耗：每个数从哪来，怎么算成系数"), "web:green", ""),
)  # fmt: skip


@staff()
@require_safe
def hub(request: HttpRequest) -> HttpResponse:
    """Every room of the reform loop that this post may enter."""
    what = _("一个做法先想清楚、算一算、小范围试，拿事实比一比，再推开或者退回去。")
    return _rooms(request, _("改革"), what, REFORM)


@require_safe
def village(request: HttpRequest) -> HttpResponse:
    """What belongs to a village: open to its people and to everybody who works for them."""
    return _rooms(request, _("村里的事"), _("大事一起议、一起定，账目和名单都看得见。"), VILLAGE)


@staff()
@require_safe
def order(request: HttpRequest) -> HttpResponse:
    """Disputes, petitions, enforcement and risks."""
    return _rooms(request, _("综治与执法"), _("矛盾有人管、诉求有回音、执法按程序。"), ORDER)


@staff()
@require_safe
def clean(request: HttpRequest) -> HttpResponse:
    """Clues, comparisons, integrity risks: for the discipline post."""
    return _rooms(request, _("廉洁"), _("看得见的地方请大家监督，看不见的地方只有该看的人能看。"), CLEAN)


@staff()
@require_safe
def warnings(request: HttpRequest) -> HttpResponse:
    """Feeds, rules, alerts, and the rooms that live on them."""
    return _rooms(request, _("监测预警"), _("先看见，再去看；看过了才算数。"), WARNINGS)


@require_safe
def welfare(request: HttpRequest) -> HttpResponse:
    """Benefits, housing, care: open to everybody who may need them."""
    return _rooms(request, _("民生保障"), _("够条件的不用求人，不够条件的说清为什么。"), WELFARE)


@require_safe
def green(request: HttpRequest) -> HttpResponse:
    """Water, clean production and the indicators of both."""
    return _rooms(request, _("生态环境"), _("河有人管、厂有人看、数从哪来说得清。"), GREEN)


def _rooms(request: HttpRequest, title: str, what: str, rooms: tuple[Room, ...]) -> HttpResponse:
    by = standing(request) if acting_post(request) else None
    found = []
    for name, about, url_name, right in rooms:
        try:
            url = reverse(url_name)
        except NoReverseMatch:  # a room without a page of its own
            continue
        if not right or (by is not None and may(by, right)):
            found.append((_(name), _(about), url))
    return render(request, "web/hub.html", {"title": title, "what": what, "rooms": found})
