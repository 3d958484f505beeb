"""How the room refuses; what the engine refuses of figures and periods is ``engine.assemblies.errors``."""

from __future__ import annotations

from gongzhi.engine.assemblies import AssemblyRefused


class NoSuchMeeting(AssemblyRefused):
    """No meeting, topic or objection of this id, or none that this person may see: the answer is the same."""

    code = "AS101"
    sentence = "没有找到这次会议或这个议题。"
    remedy = "请从会议首页进入，或者问村里的召集人。"
    status = 404


class NotOnRoll(AssemblyRefused):
    """The household or person isn't on the roll that was fixed when the meeting was called."""

    code = "AS102"
    sentence = "这次会议的名册里没有您（或您家）。"
    remedy = "名册在发通知那天定下；觉得漏了，请马上找召集人或村务监督员核对。"
    status = 403


class AlreadyVoted(AssemblyRefused):
    """One vote was cast or taken up as paper already."""

    code = "AS103"
    sentence = "这一票已经投过了（%(way)s），不能再投。"
    remedy = "一户（一人）只有一票；如果不是您家投的，请马上告诉村务监督员。"


class NotVoting(AssemblyRefused):
    """The ballot is not open yet, or closed."""

    code = "AS104"
    sentence = "“%(topic)s”现在不能投票：%(state)s。"
    remedy = "请看会议通知上的时间。"


class NotEnoughThere(AssemblyRefused):
    """Too few people for a ballot (villagers' committee law, arts. 22, 26, 28)."""

    code = "AS105"
    sentence = "到会的不够，现在不能表决：应到%(entitled)d，实到%(present)d，还差%(missing)d。"
    remedy = "请等人来齐；等不到就休会，另定时间再通知。已经表决完的议题不受影响。"


class EmptyRoll(AssemblyRefused):
    """Nobody would be entitled to vote."""

    code = "AS106"
    sentence = "“%(area)s”的名册是空的，召集不了“%(title)s”。"
    remedy = "请先在登记簿里登记住户（或成员），再召集。"
    status = 422


class CountsDiffer(AssemblyRefused):
    """Two tellers of paper ballots disagree, one is missing, or they count more than were handed out."""

    code = "AS107"
    sentence = "纸质票还不能计入：%(why)s。"
    remedy = "请两个人各数一遍，各自录入；数目一致才算。"


class WrongMoment(AssemblyRefused):
    """What the meeting or topic can't do in its present state."""

    code = "AS108"
    sentence = "现在不能“%(deed)s”：%(why)s。"
    remedy = "请刷新页面，看会议现在走到哪一步。"


class WindowOver(AssemblyRefused):
    """An objection after the last minute."""

    code = "AS109"
    sentence = "公示期已在%(until)s结束，不能再提异议。"
    remedy = "可以向村务监督委员会或乡镇人民政府反映。"


class NotUnderstood(AssemblyRefused):
    """Values that make no sense."""

    code = "AS110"
    sentence = "没有看懂：%(why)s。"
    remedy = "请照着表格重新填。"
    status = 422


class CountedYourself(AssemblyRefused):
    """Who called the meeting doesn't judge objections to it."""

    code = "AS111"
    sentence = "异议不能由召集这次会议的人自己答复。"
    remedy = "请村务监督员或另一位工作人员答复。"
    status = 403


__all__ = [
    "AlreadyVoted",
    "CountedYourself",
    "CountsDiffer",
    "EmptyRoll",
    "NoSuchMeeting",
    "NotEnoughThere",
    "NotOnRoll",
    "NotUnderstood",
    "NotVoting",
    "WindowOver",
    "WrongMoment",
]
