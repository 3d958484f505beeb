# LEAD to the helper of this room: at 11:13 I overwrote this file by mistake while you were writing yours. Put YOUR version back (delete mine and this line).
# The web door needs these names, please provide them: library.one(id, version="") -> object with .mechanism (engine Mechanism), .case_types {id: CaseType}, .report (scenario Report, lazy);
# library.active() -> list of the same; library.titles() -> [(id, title)]; suggestions.for_step(row, case_type, case_state, step) -> {field id: Suggestion(value, title, because)} (office fields: value = office code; 属地 = town of the place);
# figures.measured(by, mechanism) (figures.py is mine, keep it); cases.queries.file_of(by, sha256) -> (Attachment, Path), living_calls(by), waiting_calls(by) -> int;
# compile with calendar("china", unannounced="weekends") (2027 is not announced; a doctor notice says so). Notices/papers/children: good, go on.
"""How installing refuses."""

from __future__ import annotations

from gongzhi.engine.errors import GongzhiError


class NotInstalled(GongzhiError):
    """The city does not run this mechanism (in this version)."""

    code = "B001"
    sentence = "本市没有安装机制“%(mechanism)s”。"
    remedy = "请用 gongzhi install 安装,或核对名称。"
    status = 404


class ScenariosFail(GongzhiError):
    """A mechanism whose own examples do not come out as written is not installed."""

    code = "B002"
    sentence = "机制“%(mechanism)s”有%(count)d个情景没有通过:%(names)s。"
    remedy = "请先运行 gongzhi test 查看并改正,再安装。"
    status = 422


class VersionTaken(GongzhiError):
    """The version number is installed already with another content."""

    code = "B003"
    sentence = "%(mechanism)s %(version)s 已经安装过,内容却不一样。"
    remedy = "改动之后要升版本号,并写进 CHANGELOG。"
    status = 409


class NothingToLearnFrom(GongzhiError):
    """Too few closed cases or rows to train a classifier."""

    code = "B004"
    sentence = "可学习的例子只有%(count)d条,不足以训练。"
    remedy = "请先办结一些事项,或用带类别的表格训练。"
    status = 422
