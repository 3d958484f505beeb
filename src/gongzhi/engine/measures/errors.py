"""How a measure refuses."""

from gongzhi.engine.errors import GongzhiError


class CountError(GongzhiError):
    """A rate of counts that cannot be: negative, or more hits than cases."""

    code = "N001"
    sentence = "分子%(numerator)s、分母%(denominator)s算不出比率。"
    remedy = "分子和分母都是不小于0的整数，分子不大于分母；请核对指标的口径。"


class ConfidenceError(GongzhiError):
    """A confidence that is not strictly between 0 and 1."""

    code = "N002"
    sentence = "置信水平%(confidence)s不能用。"
    remedy = "请用大于0、小于1的数，例如0.95。"


class ShareError(GongzhiError):
    """A quantile of a share outside 0-1, or of values that are not numbers."""

    code = "N003"
    sentence = "分位数%(share)s不能算。"
    remedy = "请用大于0、小于1的数，例如中位数0.5、九成位0.9;数值都要是有限的数。"


class LinesError(GongzhiError):
    """Bands whose lines do not descend, or without any."""

    code = "N004"
    sentence = "分档线不能用：%(lines)s。"
    remedy = "请至少写一条线，从好到差排列，每条线和档名都不重复。"


class IndicatorError(GongzhiError):
    """An indicator that is not completely defined."""

    code = "N005"
    sentence = "指标“%(id)s”的定义不完整：%(what)s。"
    remedy = "每个指标都要有编号、名称、分子、分母、单位、好的方向和写给人看的公式。"


class SchemeError(GongzhiError):
    """A scorecard that can't be computed: weights that don't make 100, lines that are the same, a criterion twice."""

    code = "N006"
    sentence = "考核方案不能用：%(what)s。"
    remedy = "请改正后再算；权重在每一部分里合计100。"


class SheetError(GongzhiError):
    """A unit twice, or of a class that the scheme doesn't have."""

    code = "N007"
    sentence = "单位“%(unit)s”（%(class_id)s）不能核算。"
    remedy = "每个单位只在一类里出现一次，类别要在方案里。"


class PanelError(GongzhiError):
    """A trial whose figures compare nothing: no area on one side, two figures for one area and period."""

    code = "N008"
    sentence = "这些数比不出试点的效果：%(why)s。"
    remedy = "请核对试点和对照的地方、期间，或者等数够了再算。"


__all__ = [
    "ConfidenceError",
    "CountError",
    "IndicatorError",
    "LinesError",
    "PanelError",
    "SchemeError",
    "ShareError",
    "SheetError",
]
