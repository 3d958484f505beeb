"""Writing answers: JSON by msgspec, and one shape for everything that went wrong."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import msgspec
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _
from ninja.errors import HttpError, ValidationError

from gongzhi.city.api.errors import BadParameters, NotJson, NotSignedIn
from gongzhi.city.kernel.explaining import explain
from gongzhi.engine.errors import GongzhiError

log = logging.getLogger(__name__)

#: what pydantic found -> what a person reads; others are shown with pydantic's own word
_WORDS: Mapping[str, str] = {
    "missing": gettext_noop("缺少这一项"),
    "extra_forbidden": gettext_noop("没有这一项"),
    "string_type": gettext_noop("应为文字"),
    "int_type": gettext_noop("应为整数"),
    "int_parsing": gettext_noop("应为整数"),
    "bool_type": gettext_noop("应为 true 或 false"),
    "dict_type": gettext_noop("应为对象"),
    "list_type": gettext_noop("应为列表"),
    "model_type": gettext_noop("应为对象"),
    "model_attributes_type": gettext_noop("应为对象"),
    "string_too_short": gettext_noop("太短"),
    "string_too_long": gettext_noop("太长"),
    "string_pattern_mismatch": gettext_noop("格式不对"),
    "too_long": gettext_noop("项数太多"),
    "too_short": gettext_noop("项数太少"),
    "literal_error": gettext_noop("不在可选的值之内"),
    "greater_than_equal": gettext_noop("太小"),
    "less_than_equal": gettext_noop("太大"),
    "datetime_parsing": gettext_noop("应为 ISO 8601 时间"),
    "datetime_from_date_parsing": gettext_noop("应为 ISO 8601 时间"),
    "timezone_aware": gettext_noop("应带时区"),
    "uuid_parsing": gettext_noop("不是编号"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Error:
    """What every refusal looks like."""

    #: stable; listed in docs/reference/errors.md
    code: str
    #: what happened, in the reader's language (Accept-Language: zh or en)
    sentence: str
    #: what to do next; may be empty
    remedy: str
    #: field or parameter -> what is wrong with it
    fields: dict[str, str] = field(default_factory=dict)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence):
        return list(value)
    return str(value)


_ENCODER = msgspec.json.Encoder(enc_hook=_plain)


def answer(value: Any, status: int = 200) -> HttpResponse:
    """Any dataclass or plain value as a JSON response."""
    return HttpResponse(_ENCODER.encode(value), status=status, content_type="application/json")


def failed(request: HttpRequest, error: BaseException) -> HttpResponse:
    """The response for an exception, in the one shape; an unknown exception is logged and tells nothing."""
    found = explanation(error)
    if found[1] >= 500:
        log.error("%s %s failed", request.method, request.path, exc_info=error)
    response = answer(found[0], found[1])
    response["Content-Language"] = get_language() or "zh-hans"
    if found[1] == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


def explanation(error: BaseException) -> tuple[Error, int]:
    """The words for an exception, and the HTTP status."""
    error = _ours(error)
    words = explain(error)
    fields = dict(error.data.get("fields") or {}) if isinstance(error, GongzhiError) else {}
    return Error(
        code=words.code,
        sentence=words.sentence,
        remedy=words.remedy,
        fields={str(name): str(text) for name, text in fields.items()},
    ), words.status


def _ours(error: BaseException) -> BaseException:
    """What the frameworks raise, as an error that people can read."""
    if isinstance(error, HttpError):
        if error.__cause__ is not None:
            return _ours(error.__cause__)
        return NotSignedIn() if error.status_code == 401 else NotJson(why=str(error))
    if isinstance(error, ValidationError):
        return bad_parameters(error.errors)
    if isinstance(error, MultiPartParserError | UnreadablePostError) and not isinstance(
        error, RequestDataTooBig
    ):
        return NotJson(why=_("没有收完，或者格式不对"))
    return error


def bad_parameters(found: Sequence[Mapping[str, Any]]) -> BadParameters:
    """pydantic's findings as one error with a sentence per field."""
    fields = {
        ".".join(str(part) for part in each["loc"][1:]) or "body": _sentence(each) for each in found[:50]
    }
    return BadParameters(count=len(found), fields=fields)


def _sentence(found: Mapping[str, Any]) -> str:
    word = _WORDS.get(found["type"])
    if word is None:
        return str(found.get("msg", ""))[:200]
    wanted = found.get("ctx", {}).get("expected", "")
    return f"{_(word)}({wanted})" if wanted else _(word)
