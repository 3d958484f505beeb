"""Feeds: ids are single, registers exist, and a series is known by the key of a record."""

from __future__ import annotations

from collections.abc import Iterator

from gongzhi.engine.errors import Problem
from gongzhi.engine.mechanisms.checks.finding import finding, unknown
from gongzhi.engine.mechanisms.checks.records import register_of
from gongzhi.engine.mechanisms.loader import Draft

FILE = "feeds.yaml"


def validate(draft: Draft) -> Iterator[Problem]:
    """Everything that ``feeds.yaml`` says."""
    for number, feed in enumerate(draft.feeds.values()):
        if not feed.register_:
            if feed.kind == "series":
                message = f"“{feed.title}”收下任何编号的数据"
                remedy = "写上 register，编号不在册的会先放一边，不会丢。"
                yield finding(draft, FILE, (number,), "M252", message, remedy, "notice")
            continue
        register = register_of(draft, feed.register_)
        if register is None:
            needs = draft.manifest.needs if draft.manifest else ()
            if all(each in draft.others for each in needs):
                words = unknown("登记簿", feed.register_, draft.registers)
                yield finding(draft, FILE, (number, "register"), "M251", *words)
            continue
        if feed.kind == "extract":
            fields = {field.id for field in register.fields}
            for column in feed.columns:
                if column not in fields:
                    yield finding(
                        draft, FILE, (number, "columns", column), "M253", *unknown("登记项", column, fields)
                    )


__all__ = ["validate"]
