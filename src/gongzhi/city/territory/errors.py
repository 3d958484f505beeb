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
