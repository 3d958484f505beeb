"""The demo's reform: a shorter limit for people's livelihood is written in the workshop, tried in four towns, judged.

Everything goes through the same actions as people's clicks, at the time at which people would have done it. The result is
computed from the played appeals; what it says decides, so the demo may as well show an effect that nobody can see.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms import library
from gongzhi.city.pilots import actions, computing, deciding
from gongzhi.city.pilots.models import Pilot
from gongzhi.city.pilots.plans import Outcome, Plan
from gongzhi.city.territory import queries as territory
from gongzhi.city.territory.models import Area, Level, Post
from gongzhi.city.workshop import actions as workshop
from gongzhi.city.workshop import queries as drafts
from gongzhi.engine.instants import SHANGHAI

MECHANISM = "daye_minqing"
AUTHOR, CHIEF = "linxiao", "jiangtao"
#: days before today: the draft, the start, the day after the last
WRITTEN, STARTED, ENDED = 60, 56, 14
#: days of history that it takes
DAYS = 85
MORNING = time(9)
TOWNS = 4
LIMITS, MANIFEST, LOG = "tables/limits.csv", "mechanism.yaml", "CHANGELOG.md"
LIVELIHOOD = "劳动和社会保障,民政,商贸旅游,卫生计生,政法,党务政务"
GENERAL = '"求助,投诉",-,-,-,8个工作日'
NEW_RULE = f'"求助,投诉",-,"{LIVELIHOOD}",-,5个工作日,3个工作日,1个工作日,4个工作小时,民生小事：三天办结'
EXAMPLES = """\
# 民生小事三天办结：新的一行命中，别的照旧。
- name: 低保金没有到账的求助，单位三个工作日要反馈
  case: appeal
  covers: ["174"]
  at: 2024-10-14 08:30
  by: resident
  form: {subject: 低保金没有到账, text: 上个月的低保金还没有到, place: 东风路街道}
  steps:
    - {do: register.dispatch, with: {kind: 求助, category: 民政}}
    - {do: dispatch.send, with: {lead: 民政局, basis: 职责清单·民政}, expect: {unit_due: 2024-10-17 18:00}}
- name: 路灯不亮的求助还是五个工作日
  case: appeal
  covers: ["174"]
  at: 2024-10-14 08:30
  by: resident
  form: {subject: 路灯不亮, text: 整条街都黑着, place: 东风路街道}
  steps:
    - {do: register.dispatch, with: {kind: 求助, category: 城乡建设, topic: 城乡建设·路灯照明}}
    - {do: dispatch.send, with: {lead: 城管执法局, basis: 职责清单 3.2}, expect: {unit_due: 2024-10-21 18:00}}
"""
DECISIONS = {"works": "promoted", "works_unsure": "promoted", "harms": "adapted"}
WHY = {
    "promoted": "承办用时看得出缩短，试点前两组走势看不出不同，按时反馈没有变差。",
    "adapted": "看得出变化，但不是想要的那一面，改了再试。",
    "withdrawn": "看不出效果，就不增加各镇的负担，全市照原来的办。",
}


def begin(days: int) -> Pilot | None:
    """Write the version, have it released for a trial and run the pilot in four towns drawn by lot; None where the history
    is too short or nobody of the reform office is there. Before the appeals are played."""
    people = {name: of_person(name) for name in (AUTHOR, CHIEF)}
    author, chief = people[AUTHOR], people[CHIEF]
    if days < DAYS or author is None or chief is None:
        return None
    with clock.frozen(_morning(WRITTEN)):
        version = _written(author, chief)
        pilot = actions.save_draft(author, _plan(version))
        actions.declare(author, pilot.pk)
    with clock.frozen(_morning(WRITTEN - 1)):
        actions.approve(chief, pilot.pk)
    with clock.frozen(_morning(STARTED)):
        actions.start(chief, pilot.pk)
    with clock.frozen(_morning(ENDED)):
        actions.end(chief, pilot.pk)
    library.LIBRARY.forget()
    return pilot


def conclude(pilot: Pilot) -> str:
    """Compute what came of it and decide by that; the decision. After the appeals."""
    author, chief = of_person(AUTHOR), of_person(CHIEF)
    assert author is not None and chief is not None, "begin() asked for both"
    made = computing.ask(author, pilot.pk)
    computing.compute.call(made.pk)
    made.refresh_from_db()
    verdict = made.data["outcomes"][0]["verdict"] if made.data else ""
    decision = DECISIONS.get(verdict, "withdrawn")
    deciding.decide(chief, pilot.pk, decision, WHY[decision])
    return decision


def of_person(username: str) -> Standing | None:
    """How somebody of the demo stands in their post; None where they are not there."""
    post = Post.objects.filter(user__username=username).first()
    return territory.standing(post) if post else None


def _morning(days_ago: int) -> datetime:
    day = clock.today() - timedelta(days=days_ago)
    return datetime.combine(day, MORNING, SHANGHAI)


def _written(author: Standing, chief: Standing) -> str:
    """Fork, add the rule with its examples, ask, and release it ready for a trial; the new version."""
    draft = workshop.fork(MECHANISM, author)
    made = drafts.contents(draft)
    old = library.one(MECHANISM).mechanism.version
    new = f"{old.split('.')[0]}.{int(old.split('.')[1]) + 1}.0"
    rules = made[LIMITS].decode()
    place = rules.index(GENERAL)
    line = rules.rindex("\n", 0, place) + 1
    number = rules[line:place].rstrip(",")
    texts = {
        LIMITS: f"{rules[:line]}{number},{NEW_RULE}\n{rules[line:].replace(number, number + '0', 1)}",
        MANIFEST: made[MANIFEST].decode().replace(f"version: {old}", f"version: {new}"),
        LOG: made[LOG].decode().replace("\n## ", f"\n## {new}\n\n- 民生小事的求助和投诉，单位三个工作日反馈。\n\n## ", 1),
        "scenarios/livelihood.yaml": EXAMPLES,
    }  # fmt: skip
    for path, text in texts.items():
        workshop.save(draft.pk, path, text.encode(), seen=0, by=author)
    asked = workshop.ask(draft.pk, "民生小事三天办结，先在四个镇试，看办得快不快、退得多不多。", author)
    done = workshop.release(draft.pk, asked.digest, "规则只加一行，情景都过，可以试。", chief, activate=False)
    return done.version


def _plan(version: str) -> Plan:
    towns = tuple(
        Area.objects.filter(level=Level.TOWN, ends=None).order_by("path").values_list("code", flat=True)
    )
    return Plan(
        mechanism=MECHANISM,
        version=version,
        base=library.one(MECHANISM).mechanism.version,
        title="民生小事三天办结",
        question="把民政、人社这类小事的承办时限从五天缩到三天，单位会不会办得更快？",
        starts=clock.today() + timedelta(days=WRITTEN - STARTED),
        ends=clock.today() + timedelta(days=WRITTEN - ENDED - 1),
        before=4,
        outcomes=(Outcome(measure="median_unit_hours", smallest=4.0), Outcome(measure="on_time_rate", smallest=0.05)),
        settle_days=ENDED,
        stopping="有一个镇的退单率超过一成就停。",
        treated=towns[:TOWNS],
        comparison=towns[TOWNS:],
        how="lot",
        pool=towns,
    )  # fmt: skip
