"""Why something may be kept back: the closed list of the disclosure regulation (政府信息公开条例 articles 14 to 16)."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_noop

#: key -> (what it is, its article)
GROUNDS: Final[dict[str, tuple[str, str]]] = {
    "privacy": (gettext_noop("个人隐私"), gettext_noop("条例第十五条")),
    "trade_secret": (gettext_noop("商业秘密"), gettext_noop("条例第十五条")),
    "state_secret": (gettext_noop("国家秘密"), gettext_noop("条例第十四条")),
    "security": (gettext_noop("危及安全和社会稳定"), gettext_noop("条例第十四条")),
    "internal": (gettext_noop("内部事务信息"), gettext_noop("条例第十六条")),
    "process": (gettext_noop("过程性信息"), gettext_noop("条例第十六条")),
    "enforcement_file": (gettext_noop("行政执法案卷"), gettext_noop("条例第十六条")),
}


def is_ground(key: str) -> bool:
    """Whether the list knows it."""
    return key in GROUNDS
