"""From an exception to what a person reads: what happened, that nothing was lost, what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, TooManyFilesSent, ValidationError
from django.db import DatabaseError, IntegrityError
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gongzhi.engine.errors import GongzhiError

_TOO_BIG = gettext_noop("提交的内容太大。")
#: what isn't ours: type -> (code, sentence, remedy, status); the first match counts
_FOREIGN: tuple[tuple[Any, tuple[str, str, str, int]], ...] = (
    (Http404, ("D404", gettext_noop("没有找到这一页。"), gettext_noop("请检查地址,或从首页进入。"), 404)),
    (PermissionDenied, ("D403", gettext_noop("您没有权限。"), gettext_noop("请换一个身份登录。"), 403)),
    (
        (RequestDataTooBig, TooManyFilesSent),
        ("D413", _TOO_BIG, gettext_noop("请减少附件或压缩后再试。"), 413),
    ),
    (IntegrityError, ("D409", gettext_noop("这件事刚刚被别人更新过。"), gettext_noop("请刷新后再试。"), 409)),
    (
        DatabaseError,
        (
            "D503",
            gettext_noop("系统一时繁忙,这次没有保存。"),
            gettext_noop("您填写的内容还在,请稍等几秒再点一次。"),
            503,
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a door shows; ``sentence`` and ``remedy`` are in the reader's language and end with a period."""

    code: str
    sentence: str
    remedy: str
    status: int


def explain(error: BaseException) -> Explanation:
    """The explanation of any exception; an unknown one is our fault (500) and tells nothing of its inside."""
    if isinstance(error, GongzhiError):
        remedy = _(error.remedy) % error.data if error.remedy else ""
        return Explanation(error.code, _(error.sentence) % error.data, remedy, error.status)
    if isinstance(error, ValidationError):
        return Explanation("D422", " ".join(error.messages), _("请改正后再提交。"), 422)
    for kind, (code, sentence, remedy, status) in _FOREIGN:
        if isinstance(error, kind):
            return Explanation(code, _(sentence), _(remedy), status)
    return Explanation(
        "D500", _("系统出错了,这次没有保存。"), _("我们已记下这个错误。请稍后再试,或拨打热线。"), 500
    )
