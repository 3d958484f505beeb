"""Version 1, put together."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.operation import Operation

from gongzhi.city.api.answers import failed
from gongzhi.city.api.v1 import (
    cases,
    feeds,
    figures,
    imports,
    mechanisms,
    places,
    registers,
    tasks,
    tracking,
    uploads,
)
from gongzhi.city.api.v1.operations import StrictParser

DESCRIPTION = """\
事项的登记、办理、查询、跟踪。每个请求都以某个人的某个岗位办理：能看什么、能办什么，与他在网页上完全一样。

- 身份：`Authorization: Bearer gz_…`(令牌由系统管理员发放)，或本站页面的会话。
- 重复发送：带上 `Idempotency-Key`，同一个请求只办一次，并得到同样的回答。
- 出错：总是 `{code, sentence, remedy, fields}`；语言由 `Accept-Language` 决定（zh、en）。
- 时间：ISO 8601，带时区。翻页：把 `next` 作为下一次的 `cursor`。
"""


class Version1(NinjaAPI):
    """The API with short operation ids: the names of the functions, which are unique here."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return str(operation.view_func.__name__)


api = Version1(
    title="Gongzhi 共治",
    version="1.0.0",
    description=DESCRIPTION,
    urls_namespace="api-v1",
    docs_url=None,
    openapi_url=None,
    parser=StrictParser(),
)
for _room in (cases, tasks, uploads, tracking, places, mechanisms, figures, imports, registers, feeds):
    api.add_router("", _room.router)


@api.exception_handler(Exception)
@api.exception_handler(HttpError)
@api.exception_handler(ValidationError)
@api.exception_handler(Http404)
def on_error(request: HttpRequest, error: Exception) -> HttpResponse:
    """Every refusal and every accident in the one shape."""
    return failed(request, error)


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """The OpenAPI 3.1 document, made once."""
    made: dict[str, Any] = dict(api.get_openapi_schema(path_prefix="/api/v1"))
    made["servers"] = [{"url": "/"}]
    return made
