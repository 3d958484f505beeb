"""What the mechanisms room can prove about itself."""

from __future__ import annotations

from gongzhi.city.cases.models import Case
from gongzhi.city.kernel.doctor import Finding, checks
from gongzhi.city.mechanisms.draws import drawn_again
from gongzhi.city.mechanisms.models import Draw, Installed
from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.mechanisms import load, unpack


@checks.register("mechanisms")
def check_installed(full: bool) -> Finding:
    """Every installed archive opens and is what it was; every open case's version is there."""
    wrong = []
    for row in Installed.objects.all() if full else Installed.objects.filter(active=True):
        try:
            if load(unpack(bytes(row.archive))).digest != row.digest:
                wrong.append(f"{row}内容被改过")
        except GongzhiError as error:
            wrong.append(f"{row}打不开({error.code})")
    known = set(Installed.objects.values_list("mechanism", "version"))
    used = (
        Case.objects.filter(ended_at__isnull=True).order_by().values_list("mechanism", "version").distinct()
    )
    wrong += [
        f"{mechanism} {version}没有安装而有在办件"
        for mechanism, version in used
        if (mechanism, version) not in known
    ]
    remedy = f"{';'.join(wrong[:5])}。请用原来的机制包重新安装该版本。" if wrong else ""
    return Finding(ok=not wrong, title="已安装的机制", remedy=remedy)


@checks.register("draws")
def check_draws(full: bool) -> Finding:
    """Every draw by lot comes out the same when it is made again from its seed (a quick check: the newest)."""
    found = Draw.objects.order_by("-id")
    wrong = [
        str(draw)
        for draw in (found.iterator(chunk_size=100) if full else found[:20])
        if not drawn_again(draw)
    ]
    remedy = f"{'；'.join(wrong[:5])}重算与记录不符，有人改过。请从备份核对。" if wrong else ""
    return Finding(ok=not wrong, title="抽查可以重算", remedy=remedy)
