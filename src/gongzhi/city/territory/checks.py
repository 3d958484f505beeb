"""What the territory can prove about itself."""

from __future__ import annotations

from django.db.models import F, Q
from django.db.models.functions import Length, Substr

from gongzhi.city.kernel import paths
from gongzhi.city.kernel.doctor import Finding, checks
from gongzhi.city.territory.models import Area, DutyEntry, Office, Post, valid


@checks.register("territory trees")
def check_trees(full: bool) -> Finding:
    """Each path is its parent's path and one step."""
    wrong = []
    for model in (Area, Office):
        rows = model.objects.annotate(above=Substr("path", 1, Length("path") - paths.STEP))
        bad = rows.filter(~Q(above=F("parent__path")), parent__isnull=False).first()
        wrong += [bad.code] if bad else []
    return Finding(
        ok=not wrong, title="地域与机构树", remedy=f"{'、'.join(wrong)} 的路径与上级不符,请从备份恢复该行。"
    )


@checks.register("territory references")
def check_references(full: bool) -> Finding:
    """Nobody stands at, and no duty points to, an office that has ended."""
    post = Post.objects.filter(valid(), ~valid(prefix="office__"), office__isnull=False).first()
    duty = DutyEntry.objects.filter(valid(), ~valid(prefix="office__")).first()
    wrong = [str(each) for each in (post, duty) if each]
    return Finding(
        ok=not wrong, title="岗位与职责清单", remedy=f"{'、'.join(wrong)}:单位已撤销,请调整到承接单位。"
    )
