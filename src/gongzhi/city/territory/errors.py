"""How the territory refuses."""

from __future__ import annotations

from gongzhi.engine.errors import GongzhiError


class NoSuchArea(GongzhiError):
    """No area with this code is valid on the day."""

    code = "R001"
    sentence = "没有代码为“%(code)s”的有效区域。"
    remedy = "请核对区划代码和日期。"
    status = 404


class NoSuchOffice(GongzhiError):
    """No office with this code is valid on the day."""

    code = "R002"
    sentence = "没有代码为“%(code)s”的有效单位。"
    remedy = "请核对单位代码和日期；单位合并后请用承接单位的代码。"
    status = 404


class NobodyResponsible(GongzhiError):
    """Neither the directory nor a backstop answers for the category and area."""

    code = "R003"
    sentence = "职责清单里没有“%(category)s”在%(area)s的责任单位，也没有兜底单位。"
    remedy = "请在职责清单里补一行，或指定一个兜底单位。"
    status = 409


class BadDivisions(GongzhiError):
    """A file of division codes can't be loaded; nothing of it was."""

    code = "R004"
    sentence = "区划文件第%(line)d行：%(why)s。"
    remedy = "改正后重新导入；没有导入任何一行。"
    status = 422


class BadBoundaries(GongzhiError):
    """A file of boundaries can't be loaded; nothing of it was."""

    code = "R020"
    sentence = "边界文件不能用：%(why)s。"
    remedy = "请改正后重新导入；没有导入任何一条边界。"
    status = 422


class AlreadyEnded(GongzhiError):
    """What should end has ended."""

    code = "R005"
    sentence = "“%(what)s”已经在%(on)s失效。"
    remedy = "请刷新页面。"
    status = 409


class RoleUnknown(GongzhiError):
    """An appointment to a role that neither the city nor a mechanism declares."""

    code = "R006"
    sentence = "没有“%(role)s”这个角色。"
    remedy = "请从列表中选择；新的角色由机制声明。"
    status = 422


class NoHeir(GongzhiError):
    """An office or area should end, and nobody valid would go on with what it leaves open."""

    code = "R007"
    sentence = "“%(what)s”撤并后由谁承接没有写明，或者承接的那个当天已经失效。"
    remedy = "请选一个当天有效的承接单位或区域；没有撤并任何东西。"
    status = 422


class AlreadyDivided(GongzhiError):
    """A village has units already; its units are split or merged, not the village again."""

    code = "R008"
    sentence = "%(village)s已经划分了%(count)d个单元。"
    remedy = "要调整请拆分或合并其中的单元，不要把整个村（社区）再划一遍。"
    status = 409


class RolesConflict(GongzhiError):
    """An appointment that would join two roles in one person which must not meet: deciding, carrying out, supervising."""

    code = "R010"
    sentence = "“%(person)s”已经担任“%(held)s”，不能再任“%(role)s”：%(why)s。"
    remedy = "请另选一个人，或者先免去原来的岗位。"
    status = 409


class NotDivisible(GongzhiError):
    """What should be divided into units, split or merged is not of a level for it, or the parts do not fit."""

    code = "R009"
    sentence = "不能这样划分“%(what)s”：%(why)s。"
    remedy = "请核对要划分的区域、单元名称和个数；没有改动任何东西。"
    status = 422
