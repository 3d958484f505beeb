"""Whether a cell that a form asks for is known already, however its title is written.

Two titles mean the same when they are the same without brackets, spaces, signs, words of address (本人、居民) and of form
(请填写、必填), or when somebody wrote down that they do. Identity numbers, telephones and credit codes are known by their kind:
whatever a form calls them, the number is one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

#: kinds of which one in the city is enough
UNIQUE_KINDS: Final = frozenset({"identity_number", "phone", "credit_code"})
#: titles that say nothing of what is in the cell: the same word stands in many registers for many things
VAGUE: Final = frozenset(
    re.findall(
        r"\w+",
        "备注 说明 编号 编码 代码 名称 标题 状态 日期 时间 序号 数量 类别 种类 类型 单位 金额 内容 结果 情况 原因 依据 来源 级别 等级 合计 "
        "其他 年份 月份 年度 年月 数 人数 次数 地点 位置 区域 是否 意见 附件 照片",
    )
)
#: what a title must hold to be of a kind whatever the form says
_KINDS: Final = (
    ("identity_number", re.compile(r"身份证|身份号|证件号")),
    ("credit_code", re.compile(r"信用代码")),
    ("phone", re.compile(r"电话|手机|联系方式")),
)
#: the words of a form for a kind, beside the engine's own
KIND_WORDS: Final[Mapping[str, str]] = {
    "身份证号": "identity_number", "电话": "phone", "手机号": "phone", "统一社会信用代码": "credit_code",
}  # fmt: skip
_BRACKETS: Final = re.compile(r"[(\[{【〔〈《<「『][^)\]}】〕〉》>」』]*[)\]}】〕〉》>」』]")
_BEFORE: Final = re.compile(
    r"^(?:请如实|如实|请|填写|填报|填|报送|上报|登记|本人|申请人|被走访人|走访对象|对象|当事人|居民|村民|群众|住户|家庭成员|成员|人员|您的|你的|的)"
)
_AFTER: Final = re.compile(r"(?:必填|选填|可不填|是什么|是多少|信息)$")
_ROUNDS: Final = 50
#: the order in which a source is named: what is closed comes first, it is the person's own
_CLOSED: Final = ("identity", "contact", "health", "clue", "internal", "public")


def plain_title(title: str) -> str:
    """What is left of a title when only its meaning counts; doing it twice changes nothing.

    >>> plain_title("*本人 身份证号码（18位，必填）"), plain_title("请填写：住址")
    ('身份证号', '住址')
    """
    for _ in range(_ROUNDS):
        made = _plainer(title)
        if made == title:
            break
        title = made
    return title


def _plainer(title: str) -> str:
    text = unicodedata.normalize("NFKC", title).casefold()
    text = "".join(each for each in _BRACKETS.sub("", text) if each.isalnum())
    text = text.replace("号码", "号")
    for pattern in (_BEFORE, _AFTER):
        text = pattern.sub("", text) or text
    return text


def kind_of(title: str, kind: str = "") -> str:
    """The kind of a cell: what its title gives away, else what the form says (in its words or the engine's)."""
    for found, pattern in _KINDS:
        if pattern.search(plain_title(title)):
            return found
    return KIND_WORDS.get(kind, kind)


def already_held(
    cells: Iterable[Mapping[str, Any]],
    known: Sequence[Mapping[str, Any]],
    synonyms: Iterable[Mapping[str, Any]] = (),
) -> list[dict[str, str]]:
    """The cells of a form that the city knows: ``cell``, where it is (``register``, ``register_title``, ``field``, ``title``)
    and ``says``, a sentence for who asked. In the order of the form.

    ``cells`` have ``title`` and ``kind``; ``known`` is what ``known_cells`` says, with other names of a column in ``also``
    (joined by 、); ``synonyms`` say that a ``word`` ``means`` another.
    """
    means = {plain_title(str(each.get("word") or "")): str(each.get("means") or "") for each in synonyms}
    by_title: dict[str, list[Mapping[str, Any]]] = {}
    by_kind: dict[str, list[Mapping[str, Any]]] = {}
    for column in known:
        for name in (str(column.get("title") or ""), *str(column.get("also") or "").split("、")):
            if name:
                by_title.setdefault(plain_title(name), []).append(column)
        by_kind.setdefault(str(column.get("kind") or ""), []).append(column)
    found = []
    for cell in cells:
        title = str(cell.get("title") or "").strip()
        plain = plain_title(title)
        plain = plain_title(means.get(plain, "")) or plain
        held = by_title.get(plain, []) if plain not in VAGUE else []
        kind = kind_of(plain, str(cell.get("kind") or ""))
        if not held and kind in UNIQUE_KINDS:
            held = by_kind.get(kind, [])
        if title and held:
            found.append(_said(title, min(held, key=_rank)))
    return found


def _rank(column: Mapping[str, Any]) -> tuple[int, int]:
    """The person's own data first, then the register with the plainest name."""
    privacy = str(column.get("privacy") or "internal")
    place = _CLOSED.index(privacy) if privacy in _CLOSED else len(_CLOSED)
    return place, len(str(column.get("register_title") or ""))


def _said(title: str, column: Mapping[str, Any]) -> dict[str, str]:
    where = str(column.get("register_title") or column.get("register") or "")
    return {
        "cell": title,
        "register": str(column.get("register") or ""),
        "register_title": where,
        "field": str(column.get("field") or ""),
        "title": str(column.get("title") or ""),
        "says": f"{title}：{where}里已有，直接用，不再要基层填",
    }


__all__ = ["UNIQUE_KINDS", "VAGUE", "already_held", "kind_of", "plain_title"]
