"""What the demo's residents say and the offices answer: sentences of ``data/topics.yaml`` with places filled in."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from ruamel.yaml import YAML

TIMES = (
    "前天晚上",
    "昨天夜里",
    "今天一早",
    "这个星期",
    "上个月",
    "每天晚上十点以后",
    "中午",
    "天一黑",
    "下雨以后",
    "从国庆节",
)
SPOTS = (
    "村口",
    "老街",
    "小学门口",
    "村委会旁",
    "幸福路",
    "塘边",
    "新湾",
    "菜市场旁",
    "三号楼",
    "公交站",
    "河堤",
    "卫生室对面",
    "文化广场",
    "二组",
    "五组",
    "北门",
)
SURNAMES = "王李张刘陈杨黄赵周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程柯余石姜"
GIVEN = (
    "秀英",
    "桂兰",
    "建国",
    "志强",
    "海燕",
    "小红",
    "国庆",
    "丽华",
    "文杰",
    "玉梅",
    "春生",
    "金花",
    "卫东",
    "晓峰",
    "雪琴",
    "永福",
    "春梅",
    "大勇",
    "思远",
    "佳怡",
    "子涵",
    "明亮",
    "爱国",
    "翠华",
    "长根",
    "细毛",
    "冬生",
    "艳红",
    "俊",
    "敏",
    "磊",
    "芳",
)


@dataclass(frozen=True, slots=True)
class Topic:
    """One kind of matter, with its patterns."""

    topic: str
    kind: str
    urgency: str
    complex: float
    weight: int
    subjects: tuple[str, ...]
    texts: tuple[str, ...]
    replies: tuple[str, ...]

    @property
    def category(self) -> str:
        return self.topic.partition("·")[0]


@lru_cache(maxsize=1)
def topics() -> tuple[Topic, ...]:
    """All topics of the data file."""
    text = (files(__package__) / "data" / "topics.yaml").read_text(encoding="utf-8")
    return tuple(_topic(entry) for entry in YAML(typ="safe").load(text))


def _topic(entry: Mapping[str, Any]) -> Topic:
    return Topic(
        topic=entry["topic"],
        kind=entry["kind"],
        urgency=entry.get("urgency", "一般"),
        complex=float(entry.get("complex", 0.04)),
        weight=int(entry["weight"]),
        subjects=tuple(entry["subject"]),
        texts=tuple(entry["text"]),
        replies=tuple(entry["reply"]),
    )


def filled(pattern: str, place: str, chance: random.Random) -> str:
    """The pattern with a place, a time and a small number."""
    return pattern.format(p=place, w=chance.choice(TIMES), n=chance.randint(2, 6))


def person_name(chance: random.Random) -> str:
    """An invented name."""
    return chance.choice(SURNAMES) + chance.choice(GIVEN)
