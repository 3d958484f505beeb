"""How the kernel refuses."""

from __future__ import annotations

from gongzhi.engine.errors import GongzhiError


class NotAllowed(GongzhiError):
    """The role may not do this at all (``data["why"] == "role"``), or not here (``"outside"``)."""

    code = "P001"
    sentence = "您现在的身份(%(role)s)不能对这件事“%(action)s”。"
    remedy = "可以办理的是：%(who)s(限各自辖区或单位)。如需办理，请切换岗位或联系他们。"
    status = 403


class UnknownAction(GongzhiError):
    """Code asked for a right that the matrix doesn't list: a mistake of ours, never of the user."""

    code = "P002"
    sentence = "权限表里没有“%(action)s”。"
    remedy = "请在 kernel/data/rights.csv 增加这一行。"
    status = 500


class BadCursor(GongzhiError):
    """A page cursor was changed, or belongs to another list."""

    code = "P003"
    sentence = "翻页位置无效。"
    remedy = "请从第一页重新开始。"
    status = 400
