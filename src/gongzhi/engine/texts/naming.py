"""A short readable name for a group of messages about one thing: the place, and what happens there.

Nothing here knows any town. A place is a run of characters that ends like a Chinese place name (区、路、小区、学院 …), that many
messages of the group share, that few others mention, and that begins where a word begins: before it stand different
characters in different messages (丽发新城 after 区, 在 and 路; 发新城 always after 丽). What happens is the piece of some subject
line that carries most of what the group shares.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Final

#: endings of places where people live, learn, pass, wait
_SPOTS: Final = re.findall(
    r"\w+",
    "小区 社区 新城 新村 花园 家园 公园 广场 公寓 大厦 大楼 商场 市场 超市 酒店 医院 学校 学院 大学 中学 小学 幼儿园 校区 园区 工业园 "
    "地铁站 车站 大道 大桥 工地 水库 公馆 国际 名邸 首府 山庄 别墅 步行街 之城 苑 园 城 府 湾 轩 居 里 坊 路 街 巷 桥 村 港 郡 站 厂",
)
#: endings of administrative areas below the province
_AREAS: Final = ("街道", "经开区", "高新区", "开发区", "新区", "区", "县", "镇", "乡", "市")
#: words that end like a place and are none
_NO_AREA: Final = re.compile(
    r"(?:小|社|园|校|片|厂|景|地|辖|城|库|灾|郊|山|老|住宅|居民|生活|商业|学|工业|服务|我|本|该|全|两|整个)区$"
    r"|(?:城|都|超|门|夜|菜|股|上|全|我|本|贵|该)市$|(?:我|本|全|该|贵)县$|(?:城|乡|全|本)镇$|(?:家|下|城|返|故|老)乡$|道街道$"
)
_NO_SPOT: Final = re.compile(
    r"(?:临|沿|逛|上|大)街$|(?:线|道|马|公|铁|思|套|出|修|走|后|半|条|网|生|活|铺|小|主干)路$|政府$|(?:这|那|哪|家|公|夜|手|心|市|在|区)里$"
    r"|(?:安|定|邻|宜|移|民|隔|同)居$|(?:全|本|农|乡|我|该)村$|(?:到|车|网|本|出|进|全|两|该|建|小区|居民)站$|(?:进|全|商|都|旧|省|长|县)城$"
    r"|(?:校|公|花|家|造|物业|出|地|庭|开发)园$|(?:我们|本|该|我|全|老|各|住宅|个)(?:小|社|校|园)区$|(?:农贸|人才|劳动力|房地产|自由|国际)市场$|老?工厂$|出厂$"
)
#: characters that hardly stand inside a name but often inside a phrase
_NO_NAME: Final = re.compile(r"[的了是着被把这那就我你他也都很不没给请问使让向此个]|.[在到与于]")
_LETTERED: Final = re.compile(r"[A-Z]\d{0,2}[市区县]")
_RUN: Final = re.compile(r"[A-Za-z0-9#一-鿿]+")
_LEADING: Final = re.compile(
    r"^(?:我是|我在|我|是|位于|在|由|从|咨询|关于|请问|问问|询问|对|就|针对|的|和|与|及|去|往|建议|希望|反映|投诉|举报|请求?|地处|处于)+"
)
#: what people put around the matter
_BEFORE: Final = re.compile(
    r"^(?:关于|对于|对|就|针对|反映|反应|投诉|举报|咨询|请问|请求|恳请|请|希望|强烈|建议|求助|要求|坚决|再次|有关|望|呼吁|质疑|给|向|在|的|了|与"
    r"|和|及|是|把|被|将|一个|一下|我们|我|附近|旁边|旁|内|里|中|至|到|从|严重)+"
)
_AFTER: Final = re.compile(
    r"(?:的?(?:问题|情况|建议|投诉|咨询|请示|求助|反映|诉求|现象|行为|疑问|事宜)|怎么办|谁来管|合理|吗|呢|吧|了|的|在|和|与|对|被|把|等)+$"
)
_JOINTS: Final = re.compile(
    r"什么时候|何时|是否|是不是|能否|能不能|可否|为什么|为何|如何|请问|[^A-Za-z0-9一-鿿]+|(?<=[一-鿿]{4})的(?=[一-鿿]{4})"
)
_LONGEST_PLACE: Final = 9
_LONGEST_MATTER: Final = 16

Rarity = Callable[[str], float]


def _ends(text: str, endings: Iterable[str]) -> set[str]:
    """Every run of characters of a text, up to nine before an ending, that ends with one of the endings."""
    found = set()
    for run in _RUN.findall(text):
        for ending in endings:
            at = run.find(ending)
            while at >= 0:
                stop = at + len(ending)
                found |= {run[start:stop] for start in range(max(0, stop - _LONGEST_PLACE), at)}
                at = run.find(ending, at + 1)
    return found


def _words(counts: Counter[str], texts: Sequence[str], least: int) -> dict[str, int]:
    """Of runs with their counts, those that begin and are words of their own.

    Left out are runs before which one and the same character nearly always stands (they begin too late), and runs that only
    put something before a more frequent word (they begin too early).
    """
    kept: dict[str, int] = {}
    for run, count in counts.items():
        if count < least:
            continue
        before = Counter(text[at - 1] for text in texts for at in [text.find(run)] if at > 0)
        commonest = max((n for character, n in before.items() if _RUN.match(character)), default=0)
        if commonest < 0.75 * count:
            kept[run] = count
    return {
        run: count
        for run, count in kept.items()
        if not any(kept.get(run[cut:], 0) >= 1.3 * count for cut in range(1, len(run) - 1))
    }


def place_of(subjects: Sequence[str], texts: Sequence[str], rarity: Rarity) -> str:
    """The place that messages share, with its district before it where they name one; empty when they share none.

    ``subjects`` and ``texts`` run in parallel; a subject counts three times as much. ``rarity`` says of a run of characters how
    much rarer it is elsewhere (1 = nowhere else, 0 = just as common).
    """
    areas: Counter[str] = Counter()
    for run, count in _counted(subjects, texts, _AREAS, 0.2).items():
        lettered = _LETTERED.findall(run)
        bare = lettered[-1] if lettered and run.endswith(lettered[-1]) else _LEADING.sub("", run)
        if lettered or (not _NO_AREA.search(bare) and not _NO_NAME.search(bare) and 2 < len(bare) < 7):
            areas[bare] = max(areas[bare], count)
    area = max(sorted(areas), key=lambda run: areas[run] * (0.2 if run.endswith("市") else 1.0), default="")
    spots: Counter[str] = Counter()
    for run, count in _counted(subjects, texts, _SPOTS, 0.3).items():
        bare = _bare(run, areas)
        if (
            2 < len(bare) < 9
            and bare not in _SPOTS
            and not _NO_SPOT.search(bare)
            and not _NO_NAME.search(bare)
        ):
            spots[bare] = max(spots[bare], count)
    ranked = {run: count * rarity(run) * math.log(len(run)) for run, count in spots.items()}
    spot = max(sorted(ranked), key=lambda run: ranked[run], default="")
    return spot if area in spot else area + spot


def _bare(run: str, areas: Collection[str]) -> str:
    """A place without the areas and little words before it."""
    for area in areas:
        if area in run:
            run = run[run.rindex(area) + len(area) :]
    lettered = list(_LETTERED.finditer(run))
    run = run[lettered[-1].end() :] if lettered else run
    bare = _LEADING.sub("", run)
    after = re.split(r"(?<=.)(?:[在到至与]|位于)", bare)[-1]
    return next((name for name in (after, bare) if len(name) > 2), run)


def _counted(
    subjects: Sequence[str], texts: Sequence[str], endings: Sequence[str], share: float
) -> dict[str, int]:
    """Word-like runs with such endings that at least this share of the messages holds, and how much they count."""
    in_subjects: Counter[str] = Counter()
    anywhere: Counter[str] = Counter()
    wholes = [f"{subject} {text}" for subject, text in zip(subjects, texts, strict=True)]
    for subject, whole in zip(subjects, wholes, strict=True):
        in_subjects.update(_ends(subject, endings))
        anywhere.update(_ends(whole, endings))
    kept = _words(anywhere, wholes, max(2, math.ceil(share * len(wholes))))
    return {run: count + 2 * in_subjects[run] for run, count in kept.items()}


def matter_of(subjects: Sequence[str], place: str, weight: Callable[[str], float]) -> str:
    """What happens: the piece of a subject line, 4 to 16 characters, that holds most of what the group shares.

    ``weight`` gives the weight of a pair of characters in the group.
    """
    pieces: Counter[str] = Counter()
    for subject in subjects:
        pieces.update(set(_pieces(subject, place)))
    whole = {piece for piece in pieces if len(piece) <= _LONGEST_MATTER}
    scored = {
        piece[:_LONGEST_MATTER]: sum(weight(piece[i : i + 2]) for i in range(len(piece) - 1))
        / (len(piece) + 4)
        * (1 + 0.2 * math.log(pieces[piece]))
        for piece in whole or pieces
    }
    return max(sorted(scored), key=lambda piece: scored[piece], default="")


def _pieces(subject: str, place: str) -> list[str]:
    """A subject line without places and polite words, cut where they stood."""
    known = {place, _bare(place, ())} | {end for end in _ends(place, _SPOTS) if len(end) > 3}
    for name in sorted(known, key=len, reverse=True):
        if len(name) > 2:
            subject = subject.replace(name, "|")
    pieces = []
    for piece in _JOINTS.sub("|", _LETTERED.sub("|", subject)).split("|"):
        bare, before = piece, ""
        while bare != before:
            before = bare
            bare = _AFTER.sub("", _BEFORE.sub("", bare))
        if len(bare) >= 4:
            pieces.append(bare)
    return pieces


__all__ = ["matter_of", "place_of"]
