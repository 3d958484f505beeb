"""A candidate held against this city: what fits, what must be done first, what stands in the way. Each with what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gongzhi.city.exchange.candidates import Candidate
from gongzhi.city.exchange.keys import Signer
from gongzhi.city.exchange.models import Import
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import knows_role, matrix
from gongzhi.city.mechanisms import library
from gongzhi.city.mechanisms.models import Installed
from gongzhi.city.territory.models import Area, Office, Post, valid
from gongzhi.engine.calendars import calendar
from gongzhi.engine.mechanisms.adapting import version_key
from gongzhi.engine.mechanisms.mechanism import Mechanism, digest_of
from gongzhi.engine.mechanisms.packages import spaced

#: stop: can't be installed so; todo: works badly until somebody does it; told: to know
Level = Literal["good", "told", "todo", "stop"]
#: whoever may do this manages the system, and does no steps of a mechanism
MANAGING = ("account.manage", "mechanism.install", "post.appoint")
_AREA = re.compile(r"(?<!\d)\d{6}(?:\d{3}|\d{6})?(?!\d)")
#: columns of decision tables whose words are offices
_OFFICES = ("office", "lead", "unit", "helper", "单位", "部门")
#: so many names are written out
SHOWN = 8
TITLES = {
    "signer": gettext_noop("谁做的"),
    "version": gettext_noop("版本"),
    "needs": gettext_noop("先要装的机制"),
    "registers": gettext_noop("登记簿"),
    "roles": gettext_noop("谁来办"),
    "offices": gettext_noop("单位"),
    "areas": gettext_noop("区划代码"),
    "calendar": gettext_noop("工作日历"),
    "channels": gettext_noop("通知渠道"),
    "conflicts": gettext_noop("本地改动"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    about: str
    level: Level
    says: str
    remedy: str = ""

    @property
    def title(self) -> str:
        """What was looked at, in the reader's language."""
        return _(TITLES[self.about])


def examine(row: Import, found: Candidate, signer: Signer) -> list[Finding]:
    """Everything that was looked at, in the order of the page."""
    mechanism = found.source
    findings = [_signer(signer), _version(row, found)]
    findings += [*_needs(row), *_registers(mechanism), *_roles(found), *_offices(mechanism)]
    findings += [*_areas(mechanism), _calendar(), *_channels(mechanism), *_conflicts(found)]
    return findings


def _signer(signer: Signer) -> Finding:
    print_ = spaced(signer.fingerprint)
    if signer.standing in ("own", "trusted"):
        return Finding(
            about="signer", level="good", says=_("签名完好，%(city)s做的。") % {"city": signer.name}
        )
    if signer.standing == "unsigned":
        says = _("没有签名，不知道是谁做的。")
        return Finding(about="signer", level="stop", says=says, remedy=_("请对方重新导出；现在只能拆开看。"))
    if signer.standing == "revoked":
        says = _("%(city)s的这把密钥已不再信任：%(why)s。") % {"city": signer.name, "why": signer.reason}
        return Finding(about="signer", level="stop", says=says, remedy=_("请对方用新的密钥重新导出。"))
    says = _("签名完好，但本市还不认识这把密钥；包自称是%(city)s的。指纹 %(print)s") % {
        "city": signer.name,
        "print": print_,
    }
    remedy = _("请用电话或公函向对方核对指纹，再登记为信任的城市。")
    return Finding(about="signer", level="stop", says=says, remedy=remedy)


def _version(row: Import, found: Candidate) -> Finding:
    active = library.LIBRARY.active_version(row.mechanism)
    made = row.version if not found.changed else row.local_version
    known = Installed.objects.filter(mechanism=row.mechanism, version=made).first() if made else None
    if known is not None and known.digest != digest_of(found.files):
        says = _("%(version)s 本市装过，内容却不一样。") % {"version": made}
        return Finding(
            about="version",
            level="stop",
            says=says,
            remedy=_("同一个版本号不能有两样内容：请对方升版本号后重新导出。"),
        )
    if not active:
        return Finding(
            about="version",
            level="good",
            says=_("本市还没有装过，%(version)s是第一次。") % {"version": row.version},
        )
    if version_key(row.version) < version_key(active):
        says = _("包里是%(new)s，本市现行的是%(old)s：不能用旧包盖新版。") % {
            "new": row.version,
            "old": active,
        }
        return Finding(
            about="version",
            level="stop",
            says=says,
            remedy=_("要回到装过的旧版，请在“版本”页用“回到这一版”。"),
        )
    says = _("由%(old)s升到%(new)s；在办的事项留在原来的版本。") % {"old": active, "new": row.version}
    return Finding(about="version", level="told", says=says)


def _needs(row: Import) -> Iterator[Finding]:
    active = library.LIBRARY.active_versions()
    for need in row.about.get("needs", ()):
        id_, wanted = str(need["id"]), str(need.get("version", ""))
        held = active.get(id_)
        if held is None:
            says = _("要先装“%(id)s”，本市没有装。") % {"id": id_}
            yield Finding(about="needs", level="stop", says=says, remedy=_("请先导入或安装它，再回到这里。"))
        elif wanted and version_key(held) < version_key(wanted):
            says = _("“%(id)s”对方用的是%(theirs)s，本市是%(ours)s。") % {
                "id": id_,
                "theirs": wanted,
                "ours": held,
            }
            yield Finding(
                about="needs", level="todo", says=says, remedy=_("建议先升级；情景和试跑能告诉您旧版够不够。")
            )
    if not row.about.get("needs"):
        yield Finding(about="needs", level="good", says=_("不需要别的机制。"))


def _registers(mechanism: Mechanism) -> Iterator[Finding]:
    known = library.LIBRARY.registers()
    taken = {
        id_: known[id_].mechanism
        for id_ in mechanism.registers
        if id_ in known and known[id_].mechanism != mechanism.id
    }
    for id_, other in taken.items():
        says = _("登记簿“%(register)s”在本市属于“%(other)s”。") % {"register": id_, "other": other}
        remedy = _("登记簿编号全市唯一：请对方改编号，或者先停用“%(other)s”。") % {"other": other}
        yield Finding(about="registers", level="stop", says=says, remedy=remedy)
    if mechanism.registers and not taken:
        yield Finding(
            about="registers",
            level="good",
            says=_("%(n)d本登记簿，编号都没有被占。") % {"n": len(mechanism.registers)},
        )


def _roles(found: Candidate) -> Iterator[Finding]:
    for role, title in found.source.roles.items():
        ours = found.overlay.roles.get(role, role)
        if ours != role and not may_do_steps(ours):
            says = _("“%(title)s”派给了管系统的“%(role)s”。") % {"title": title, "role": ours}
            yield Finding(
                about="roles", level="stop", says=says, remedy=_("管系统的岗位不办事，请另选一个。")
            )
        elif ours not in ("resident", "system") and not _held(ours):
            words = {"title": title, "role": ours}
            says = _("“%(title)s”（%(role)s）本市没有人担任。") % words
            if not knows_role(ours):
                says = _("“%(title)s”（%(role)s）是本市没有的角色，装好后会新增，权利和承办人一样。") % words
            yield Finding(
                about="roles", level="todo", says=says, remedy=_("请换成本市的角色，或者装好后任命人。")
            )
    if all(_held(found.overlay.roles.get(role, role)) for role in found.source.roles):
        yield Finding(about="roles", level="good", says=_("每个角色本市都有人担任。"))


def may_do_steps(role: str) -> bool:
    """Whether a role may be given the steps of another one: not those that manage the system."""
    cells = matrix().cells
    return role not in ("system", "resident") and not any((action, role) in cells for action in MANAGING)


def _held(role: str) -> bool:
    return role == "resident" or Post.objects.filter(valid(), role=role).exists()


def _offices(mechanism: Mechanism) -> Iterator[Finding]:
    named = offices_named(mechanism)
    if not named:
        return
    known = set(Office.objects.filter(valid()).values_list("short_name", flat=True))
    known |= set(Office.objects.filter(valid()).values_list("name", flat=True))
    missing = sorted(named - known)
    if missing:
        more = _("等%(n)d个") % {"n": len(missing)} if len(missing) > SHOWN else ""
        says = _("规则表里写的单位，本市没有：%(names)s%(more)s。") % {
            "names": "、".join(missing[:SHOWN]),
            "more": more,
        }
        yield Finding(
            about="offices",
            level="todo",
            says=says,
            remedy=_("请在下面的适配点里改成本市的单位；派不出去的会停在派单那一步。"),
        )
    else:
        yield Finding(
            about="offices", level="good", says=_("规则表里写的%(n)d个单位，本市都有。") % {"n": len(named)}
        )


def offices_named(mechanism: Mechanism) -> set[str]:
    """Every office that an output of a decision table names."""
    found: set[str] = set()
    for table in mechanism.tables.values():
        places = [n for n, each in enumerate(table.outputs) if each.name in _OFFICES]
        for rule in table.rules:
            found |= {rule.outputs[n].text.strip().strip('"') for n in places}
    return {each for each in found if each not in ("", "-", "null")}


def _areas(mechanism: Mechanism) -> Iterator[Finding]:
    texts = [
        data.decode("utf-8", "replace")
        for path, data in mechanism.files.items()
        if path.startswith("tables/")
    ]
    codes = {
        code
        for text in texts
        for code in _AREA.findall(text)
        if code[:2].isdigit() and "11" <= code[:2] <= "82"
    }
    if not codes:
        return
    known = set(Area.objects.values_list("code", flat=True))
    missing = sorted(code for code in codes if not any(each.startswith(code) for each in known))
    if missing:
        says = _("规则表里写了别处的区划代码：%(codes)s。") % {"codes": "、".join(missing[:SHOWN])}
        yield Finding(about="areas", level="todo", says=says, remedy=_("请在适配点里改成本市的。"))


def _calendar() -> Finding:
    year = clock.today().year
    missing = [each for each in (year, year + 1) if each not in calendar("china").announced]
    if year in missing:
        says = _("%(year)d年的放假安排还没有录入，时限先按周末算。") % {"year": year}
        return Finding(
            about="calendar", level="todo", says=says, remedy=_("请升级系统，或由管理员补上当年的调休。")
        )
    says = _("%(year)d年的调休已经录入。") % {"year": year}
    if missing:
        says = _("%(year)d年的调休已经录入；%(next)d年的还没有公布，跨年的时限先按周末算。") % {
            "year": year,
            "next": year + 1,
        }
    return Finding(about="calendar", level="told" if missing else "good", says=says)


def _channels(mechanism: Mechanism) -> Iterator[Finding]:
    urgent = [each.title for each in mechanism.reactions if each.do.urgent]
    outside = settings.GONGZHI_MESSAGES and settings.GONGZHI_MESSAGES_CHANNELS
    if urgent and not outside:
        says = _("“%(titles)s”要叫到人为止，本市却没有接短信等站外渠道。") % {
            "titles": "、".join(urgent[:SHOWN])
        }
        yield Finding(
            about="channels",
            level="todo",
            says=says,
            remedy=_("请管理员接上短信网关；没接之前只发站内消息。"),
        )


def _conflicts(found: Candidate) -> Iterator[Finding]:
    for each in found.conflicts:
        words = {"title": each.title}
        says = (
            _("“%(title)s”本市改过，新版里已经没有这一处。")
            if each.kind == "gone"
            else _("“%(title)s”本市和对方都改了，改得不一样。")
        )
        yield Finding(about="conflicts", level="stop", says=says % words, remedy=_("请在下面选用哪一个。"))


__all__ = ["Finding", "examine", "may_do_steps", "offices_named"]
