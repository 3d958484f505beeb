"""Why a rule of points can't be saved: it punishes what the law lets everybody do, or ties points to what everybody is entitled to.

A village votes its own rules, and its covenant may not hurt rights (Organic Law of Villagers' Committees, art. 27). To criticise, to
complain, to petition, to sue and to vote as one likes are rights for which nobody may be made to pay (Constitution, art. 41;
Regulation on Petitions 2022, art. 46; Administrative Reconsideration and Litigation Laws). The check reads the words of the rule,
also where somebody puts it otherwise: spaces and signs between the characters, full-width and old characters, pinyin, talking
round it (给村里抹黑、捅到上面去), punishing without a minus sign (取消评优), and paying for silence (全年无上访加50分).

It is a list of words and can't know everything; what it lets pass is still voted, checked by the town and published with an
objection window. What it refuses is told with the words that it found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from gongzhi.engine.ledgers.errors import UnlawfulRule

#: old characters and slips of the brush that are read as what they mean
_SAME = str.maketrans(
    "訴訪舉報檢諮詢監單級鬧狀網證補貼罰黑榜熱線記獎", "诉访举报检咨询监单级闹状网证补贴罚黑榜热线记奖"
)
_SLIPS = (
    ("投拆", "投诉"), ("投述", "投诉"), ("上仿", "上访"), ("信仿", "信访"), ("信防", "信访"), ("举抱", "举报"),
    ("tousu", "投诉"), ("shangfang", "上访"), ("xinfang", "信访"), ("jubao", "举报"), ("kongsu", "控诉"), ("jiju", "检举"),
)  # fmt: skip
_SIGNS = re.compile(r"[^0-9a-z\u4e00-\u9fff]+")

#: what everybody may do
_RIGHTS = re.compile(
    "投诉|控诉|信访|[上越赴进走闹缠非集体重复]访(?!谈|问|客|亲|友|贫|困)|访民|举报|检举|揭发|控告|申诉|告状|上告|状告|告御状"
    "|告(?:村|镇|干部|政府|书记|主任|支书|官)|123(?:45|88|89|15|33)|(?:市长|县长|书记|监督|投诉|举报|政务|民生|服务)热线|打热线"
    "|(?:市长|县长|镇长|书记|领导)信箱|留言板|网上留言"
    "|(?:向|给|找|到|去|跟|上|往|对)(?:纪委|纪检|监委|巡[视察]组?|督[查导]组?|上级|上面|上头|镇里|县里|市里|省里|北京|有关部门|主管部门)"
    "|进京|赴省|赴京|越级|反映(?!良好|灵敏|热烈)|讨说法|要说法|找(?:媒体|记者|律师|领导)|(?:媒体|记者)(?:反映|爆料|采访)|爆料|曝光"
    "|(?:捅|说|闹|告|传)(?:到|给|出去|上去)(?!位)|发帖|发(?:抖音|视频|微博|朋友圈|网文)|上网(?:说|发|反映|讲)|抹黑|家丑|负面(?:信息|影响|舆情|言论|评价)?"
    "|舆情|(?:损害|影响|有损|败坏)(?:村|集体|干部|政府|街道|社区)[^,]{0,4}(?:形象|声誉|名声)|添乱|添麻烦|无理取闹|说三道四|顶撞|唱反调|不听(?:话|干部|安排|指挥|招呼)|不服从"
    "|起诉|诉讼|打官司|上法院|仲裁|复议|维权|劳动监察"
    "|提意见|提(?:出)?(?:不同|反对|批评)?(?:意见|异议)|(?:批评|质疑|指责|议论|非议)(?:村|干部|政府|书记|主任|支书|两委|理事|工作|决定)|发牢骚"
    "|不满意|打?差评|(?:投|打)反对票|投?弃权票?|反对(?:票|村|决定|干部|方案)|不同意|不签字|拒(?:绝|不)签|查账|看账|要求公开|信息公开|罢免"
)
#: paying for silence, in words of its own
_SILENCED = re.compile(
    "息诉|罢访|停访|撤诉|劝返|稳控|销访|[零无0]访|(?:撤回|撤销|放弃|收回|删除?)(?:投诉|举报|信访|起诉|帖|控告|诉讼)"
)
#: not doing it, right before the word; telling people not to is another thing (``_FORBIDS``)
_ABSENT = re.compile(
    "(?:没有?|未|零|0|无|不|从不|从未|绝不|减少|控制|少|杜绝|不再|避免|不发生|未发生|没发生)[^,加奖得]{0,4}$"
)
_FORBIDS = re.compile("(?:不得|不准|不许|不能|不可|不要|不应|严禁|禁止|杜绝|防止|制止)[^,]{0,6}$")
#: not doing it when one ought to: nobody is punished for the right by that
_OUGHT = re.compile("(?:不|未|没有|不及时|不主动|未及时|知情不)(?:举报|检举|反映|揭发|提意见|提建议)")
#: taking away, without a minus sign
_TAKES = re.compile(
    "扣|减分|倒扣|降(?:级|低|档|分)|清零|取消|否决|少得|少加|少算|少计|不得分|不加分|不计分|不给分|不予|不参评|不得(?:参|评)|停发|停止|暂缓|冻结|黑榜|黑名单|处罚|罚|约谈|通报|点名|检讨|道歉"
)
_SPARED = re.compile("不(?:予)?(?:扣分|扣|减分|处罚|罚)|不影响(?:积分|得分)|受法律保护")
#: lies that an authority has established: that is no lawful complaint
_LIES = re.compile("诬告|诬陷|捏造|造谣|诽谤")
_ESTABLISHED = re.compile(
    "(?:公安|法院|检察|司法)(?:机关|院|局)?[^,]{0,10}(?:认定|处罚|判决|裁定|查实|查处|裁决)"
)

_ENTITLED = re.compile(
    "低保|特困|五保|救助|医保|医疗保险|新农合|合作医疗|养老(?:金|保险|补贴)?|社保|残疾|抚恤|优抚|惠农|补贴|补助|危房|安置|入学|上学|入托|就医|户口|户籍|落户|证明|盖章|办证|办事|证照|执照|许可|审批|贷款|宅基地|政审|征兵|参军|公益(?:性)?岗|就业|公租房|保障房|临时救济|拆迁|补偿|分红|股份"
)
_TIED = re.compile(
    "不予|不得|不给|不能|不办|不开|不盖|取消|停发|停办|扣发|暂缓|缓办|延后|推迟|限制|拒绝|优先|才能|方可|才可|才给|挂钩|作为[^,]{0,12}(?:条件|依据|参考|前提)|依据积分|凭积分|积分(?:低|不足|不够|高|达到|满)"
)
_INSURED = re.compile("医保|医疗保险|新农合|合作医疗|养老保险|社保|缴费")
_SHAMED = re.compile(
    "黑榜|黑名单|黑牌|红黑榜|曝光台|曝光栏|公开点名|点名批评|通报批评|游街|示众|挂牌示众|失信户|落后户(?:公示|上墙)"
)
_FINED = re.compile("罚款|罚金|罚钱|违约金|交(?:保证金|押金)|收取[^,]{0,6}(?:费|元)|没收|扣(?:钱|款|发?工资)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Why a rule can't be saved."""

    #: complaint, silence, entitlement, shame or fine
    kind: str
    #: what is wrong, with the words that were found; Chinese
    says: str
    remedy: str


#: kind -> what is wrong, and what to do
_WORDS = {
    "complaint": (
        "“%(found)s”是法律给大家的权利，不能因此扣分或受别的损失（宪法第四十一条、信访工作条例第四十六条）。",
        "请删去这一条。有人捏造事实、扰乱秩序的，由公安机关依法处理，不由积分处理。",
    ),
    "silence": (
        "给“%(found)s”加分，等于让说话的人吃亏（宪法第四十一条、信访工作条例第四十六条）。",
        "请删去这一条。要少些矛盾，可以给“帮着调解、主动商量”加分。",
    ),
    "entitlement": (
        "积分不能和“%(found)s”挂钩：该享受的待遇、该办的证照，一分没有也照办。",
        "请删去这一条，只换生活用品、服务和荣誉。",
    ),
    "shame": (
        "“%(found)s”会伤人脸面：可以设红榜，不设黑榜。",
        "请改成表扬做得好的户。",
    ),
    "fine": (
        "“%(found)s”不是村规能定的：罚款、扣钱要有法律依据（行政处罚法第四条、第十六条）。",
        "请改成加分的办法，或交有权的部门处理。",
    ),
}  # fmt: skip


def unlawful(text: str, points: Decimal | int = 0) -> Finding | None:
    """Why a rule with these words, worth so many points, can't be saved; ``None`` where nothing was found against it.

    ``text`` is all that the rule says: what for, when, what follows. ``points`` below zero deduct.

    >>> unlawful("打扫门前屋后", 2) is None, unlawful("打12345投诉的", -5).kind, unlawful("全年无上访", 20).kind
    (True, 'complaint', 'silence')
    """
    for kind, found in _found(plain(text), Decimal(points)):
        says, remedy = _WORDS[kind]
        return Finding(kind=kind, says=says % {"found": found}, remedy=remedy)
    return None


def require_lawful(text: str, points: Decimal | int = 0) -> None:
    """Raises UnlawfulRule where ``unlawful`` finds something."""
    if found := unlawful(text, points):
        raise UnlawfulRule(says=found.says, remedy=found.remedy)


def plain(text: str) -> str:
    """The text as it is read: one width, simplified, slips mended, signs away but for a comma between clauses.

    >>> plain("投 · 诉 村干部，扣５分")
    '投诉村干部,扣5分'
    """
    shown = unicodedata.normalize("NFKC", text).lower().translate(_SAME)
    clauses = [_SIGNS.sub("", each) for each in re.split(r"[,。;!?\n]", shown)]
    made = ",".join(each for each in clauses if each)
    for slip, meant in _SLIPS:
        made = made.replace(slip, meant)
    return made


def _found(text: str, points: Decimal) -> Iterator[tuple[str, str]]:
    """(kind, words) of everything that stands against the rule, the gravest first."""
    spared = _SPARED.sub("", text)
    takes = points < 0 or bool(_TAKES.search(spared))
    if silenced := _SILENCED.search(spared):
        yield "silence", silenced[0]
    for each in _rights(spared):
        before = spared[: each.start()]
        forbidden = bool(_FORBIDS.search(before))
        if takes or forbidden:
            if forbidden or not _OUGHT.search(spared[max(0, each.start() - 4) : each.end()]):
                yield "complaint", each[0]
        elif _ABSENT.search(before):
            yield "silence", f"不{each[0]}"
    entitled = _ENTITLED.search(spared)
    if entitled and (_TIED.search(spared) or (points < 0 and _INSURED.search(spared))):
        yield "entitlement", entitled[0]
    for kind, words in (("shame", _SHAMED), ("fine", _FINED)):
        if found := words.search(spared):
            yield kind, found[0]


def _rights(text: str) -> Iterator[re.Match[str]]:
    """Where the text speaks of a right; not where an authority has established that somebody lied.

    The comma between clauses is read over a second time, so that one put in the middle of a word hides nothing.
    """
    if _LIES.search(text) and _ESTABLISHED.search(text):
        return
    yield from _RIGHTS.finditer(text)
    if "," in text:
        yield from _RIGHTS.finditer(text.replace(",", ""))


__all__ = ["Finding", "plain", "require_lawful", "unlawful"]
