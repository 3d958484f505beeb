"""What the people room can prove about itself."""

from __future__ import annotations

from gongzhi.city.kernel.doctor import Finding, checks
from gongzhi.city.people import keys
from gongzhi.city.people.actions.rotation import encrypted_columns, stale
from gongzhi.city.people.errors import CannotUnseal


@checks.register("sealed values")
def check_sealed(full: bool) -> Finding:
    """Sealed values open (``full``: all of them; else the newest 100 of each table), and none lies under an old key."""
    left = 0
    for model, columns in encrypted_columns():
        rows = model._default_manager.order_by("-pk").only("pk", *columns)
        try:
            for _ in (rows if full else rows[:100]).iterator(500):
                pass  # reading opens
        except CannotUnseal as error:
            return Finding(ok=False, title="加密的个人信息", remedy=str(error))
        left += model._default_manager.filter(stale(columns)).count() if full else 0
    return Finding(
        ok=not left,
        title=f"加密的个人信息(当前密钥 {keys.current_key()})",
        remedy=f"还有{left}行使用旧密钥:请执行 gongzhi rotate-keys,完成后再移除旧密钥。",
    )
