"""What the benefits room can prove about itself."""

from __future__ import annotations

from django.db.models import DecimalField, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from gongzhi.city.benefits.models import ZERO, PaymentLine, PaymentPart, PaymentRun
from gongzhi.city.kernel.doctor import Finding, checks

MONEY = DecimalField(max_digits=18, decimal_places=2)
#: what a quick check looks at: the newest runs
SAMPLE = 6


@checks.register("benefit payments")
def check_payments(full: bool) -> Finding:
    """Every line is the sum of its months, every list the sum of its lines, and nobody approved their own list."""
    runs = PaymentRun.objects.exclude(state=PaymentRun.State.MAKING).order_by("-id")
    chosen = runs if full else runs[:SAMPLE]
    keys = list(chosen.values_list("pk", flat=True))
    lines = PaymentLine.objects.filter(run__in=keys)
    parts = (
        PaymentPart.objects.filter(line=OuterRef("pk")).order_by().values("line").annotate(s=Sum("amount"))
    )
    summed = Coalesce(Subquery(parts.values("s")), ZERO, output_field=MONEY)
    line = lines.annotate(summed=summed).exclude(amount=F("summed")).first()
    added = PaymentLine.objects.filter(run=OuterRef("pk")).order_by().values("run").annotate(s=Sum("amount"))
    total = Coalesce(Subquery(added.values("s")), ZERO, output_field=MONEY)
    run = PaymentRun.objects.filter(pk__in=keys).annotate(summed=total).exclude(total=F("summed")).first()
    alone = (
        PaymentRun.objects.filter(pk__in=keys).filter(~Q(approved_by=""), approved_by=F("made_by")).first()
    )
    wrong = [
        f"发放明细 {line.pk} 与各月之和不符" if line else "",
        f"发放册 {run} 的合计与明细之和不符" if run else "",
        f"发放册 {alone} 造册和复核是同一个人" if alone else "",
    ]
    said = "；".join(filter(None, wrong))
    title = f"benefit payments ({len(keys)} lists, {lines.count()} lines){f'：{said}' if said else ''}"
    remedy = "发放册和明细只由程序写入：请从最近的备份核对这一份，查日志里是谁动的。"
    return Finding(ok=not said, title=title, remedy=remedy)
