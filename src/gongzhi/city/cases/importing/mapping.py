"""Which column of a file is what, and how a row becomes an opening form."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from gongzhi.city.cases.errors import BadImport, BadRow
from gongzhi.engine.cases import CaseType
from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.instants import parse_instant

#: what a row can tell beside the fields of the form -> names under which files call it
KNOWN: Final[Mapping[str, tuple[str, ...]]] = {
    "source_id": ("id", "编号", "留言编号", "工单编号", "工单号", "source_id"),
    "said_at": ("time", "留言时间", "时间", "受理时间", "反映时间", "said_at"),
    "reporter": ("user", "留言用户", "用户", "反映人编号", "reporter"),
    "likes": ("likes", "点赞数", "点赞"),
    "dislikes": ("dislikes", "反对数", "反对"),
}
#: fields of case types -> names under which files call them, beside the field's own id and title
ALSO: Final[Mapping[str, tuple[str, ...]]] = {
    "subject": ("主题", "留言主题", "标题", "诉求标题"),
    "text": ("内容", "留言详情", "详情", "诉求内容", "正文"),
    "place": ("地点", "地址", "发生地点"),
    "phone": ("电话", "联系电话", "手机"),
}


#: how office programs write a time
LOOSE: Final = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]+(\d{1,2})(:\d{2}(?::\d{2})?))?(?:\.0+)?$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One row, read."""

    source_id: str
    form: Mapping[str, Any]
    said_at: datetime | None
    #: who said it, by the source's own pseudonym; empty where the file has none
    reporter: str
    likes: int
    dislikes: int
    #: texts that were cut to the length of their field, whole
    full_text: str = ""


def columns_for(case_type: CaseType, titles: list[str], given: Mapping[str, str]) -> dict[str, str]:
    """Target -> column: as given, else found by the usual names. Raises BadImport when a needed one is missing."""
    if unknown := sorted(set(given.values()) - set(titles)):
        raise BadImport(why=f"文件里没有“{'、'.join(unknown)}”这一列")
    fields = {ask.field: ask for ask in case_type.opening}
    names = dict(KNOWN)
    for field in fields:
        names[field] = (field, case_type.form[field].title, *ALSO.get(field, ()))
    if strange := sorted(set(given) - set(names)):
        raise BadImport(why=f"“{'、'.join(strange)}”不是可以导入的项目")
    found = dict(given)
    for target, usual in names.items():
        column = next((title for title in usual if title in titles), None)
        if target not in found and column is not None and column not in found.values():
            found[target] = column
    needed = [
        case_type.form[id_].title
        for id_, ask in fields.items()
        if case_type.form[id_].required and not ask.optional and id_ not in found and id_ != "place"
    ]
    if needed:
        raise BadImport(why=f"缺少必需的列:{'、'.join(needed)}(文件里有:{'、'.join(titles[:20])})")
    return found


def read_message(case_type: CaseType, row: Mapping[str, str], columns: Mapping[str, str]) -> Message:
    """A row as a message. Raises BadRow in the words of what is wrong."""
    value = {target: row.get(column, "").strip() for target, column in columns.items()}
    form = {
        ask.field: shaped(case_type, ask.field, value[ask.field])
        for ask in case_type.opening
        if value.get(ask.field)
    }
    if "place" not in form and any(ask.field == "place" and not ask.optional for ask in case_type.opening):
        # most files tell the place in the text only; the field wants something to be written
        form["place"] = "见诉求内容"
    cut = [
        value[name]
        for name, shown in form.items()
        if isinstance(shown, str) and len(shown) < len(value.get(name, ""))
    ]
    return Message(
        full_text="\n".join(cut),
        source_id=value.get("source_id", "")[:100] or digest_of(row),
        form=form,
        said_at=instant(value.get("said_at", "")),
        reporter=value.get("reporter", ""),
        likes=count(value.get("likes", "")),
        dislikes=count(value.get("dislikes", "")),
    )


def shaped(case_type: CaseType, field: str, text: str) -> Any:
    """A cell as the field wants it; a text that is too long is cut, and kept whole beside the case."""
    kind, most = case_type.form[field].kind, case_type.form[field].max
    if kind in ("text", "paragraph") and isinstance(most, int) and len(text) > most:
        return text[: most - 1].rstrip() + "…"
    if kind in ("choices", "offices"):
        return [part.strip() for part in text.replace(";", ",").replace("、", ",").split(",") if part.strip()]
    if kind == "yesno":
        return text in ("是", "1", "true", "True", "yes", "Y")
    return text


def instant(text: str) -> datetime | None:
    """When it was said; BadRow for a time that can't be read."""
    if not text:
        return None
    if loose := LOOSE.match(text):  # 2024/1/2 8:05, 2024年1月2日
        year, month, day, hour, rest = loose.groups()
        text = f"{year}-{month:0>2}-{day:0>2} {hour or '0':0>2}{rest or ':00'}"
    try:
        return parse_instant(text)
    except (GongzhiError, ValueError) as error:
        raise BadRow(why=f"时间“{text[:40]}”无法识别") from error


def count(text: str) -> int:
    """A number of likes; anything else counts as none."""
    return min(int(text), 2_000_000_000) if text.isdecimal() and len(text) < 12 else 0


def digest_of(row: Mapping[str, str]) -> str:
    """An id for a row that has none: the same row is the same message."""
    joined = "\0".join(f"{name}\1{row[name]}" for name in sorted(row))
    return f"sha:{hashlib.sha256(joined.encode()).hexdigest()[:40]}"
