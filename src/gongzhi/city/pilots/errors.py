"""How the pilots room refuses."""

from __future__ import annotations

from gongzhi.engine.errors import GongzhiError


class NoSuchPilot(GongzhiError):
    """No pilot of that number."""

    code = "PI001"
    sentence = "没有找到这个试点。"
    remedy = "请从试点列表里打开。"
    status = 404


class PlanIncomplete(GongzhiError):
    """A plan that cannot be declared: every reason at once, in ``fields`` by field."""

    code = "PI002"
    sentence = "方案还不能公布：%(listing)s"
    remedy = "请改好再公布；写过的都存着。"
    status = 422


class NotNow(GongzhiError):
    """A step that the pilot's state does not allow."""

    code = "PI003"
    sentence = "“%(title)s”现在是“%(state)s”，不能%(what)s。"
    remedy = "请刷新页面，看看到了哪一步。"
    status = 409


class SamePerson(GongzhiError):
    """Whoever wrote the plan neither approves it nor decides on its result."""

    code = "PI004"
    sentence = "方案是您写的，要由另一个人%(what)s。"
    remedy = "请改革办的另一位同志来办。"
    status = 403


class AreaTaken(GongzhiError):
    """An area is in another pilot of the same mechanism, on either side: its figures would say nothing for either."""

    code = "PI005"
    sentence = "“%(area)s”已经在“%(mechanism)s”的另一个试点里（%(other)s）。"
    remedy = "请换一个地方，或等那一个试点结束。"
    status = 409


class VersionChanged(GongzhiError):
    """The version that the others keep is not the one of the plan any more: the comparison was planned against another."""

    code = "PI006"
    sentence = "方案说其余地方用%(base)s版，而现在用的是%(active)s版。"
    remedy = "请退回起草，按现在的版本重新公布方案。"
    status = 409


class PlanTouched(GongzhiError):
    """The plan does not have the fingerprint under which it was declared."""

    code = "PI007"
    sentence = "方案和公布时的不一样（指纹对不上），不能开始。"
    remedy = "请退回起草，重新公布、重新批准；并请审计人员查一查是怎么改的。"
    status = 409


class TooEarly(GongzhiError):
    """Results before the day that the plan names would be peeking."""

    code = "PI008"
    sentence = "%(until)s以前不算结果：%(why)s。"
    remedy = "提前看、看到好就停，会把碰巧当成效果。现在可以看办了多少件。"
    status = 409


class NoResult(GongzhiError):
    """A decision without a result."""

    code = "PI009"
    sentence = "还没有算出结果，不能做决定。"
    remedy = "请先算结果；看不出效果也是结果。"
    status = 409


class SayWhy(GongzhiError):
    """A step that must have its reason on paper."""

    code = "PI010"
    sentence = "请写明%(what)s。"
    status = 422


class AreaGone(GongzhiError):
    """An area of the plan was merged away or split before the start."""

    code = "PI011"
    sentence = "“%(area)s”在开始之前已经撤并。"
    remedy = "请退回起草，换上承接它的地方，重新公布。"
    status = 409
