"""What every operation of version 1 shares: how it is documented, how its query is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, QueryDict
from ninja.parser import Parser
from pydantic import BaseModel

from gongzhi.city.api.answers import Error
from gongzhi.city.api.bodies import json_of, sound
from gongzhi.city.api.errors import BadParameters

#: statuses that every operation may answer with, whatever it does
ALWAYS = (400, 422, 500, 503)
_HEADERS: Mapping[str, Mapping[str, Any]] = {
    "X-Acting-Post": {
        "description": "以哪个岗位办理（岗位编号）；不写用最早的岗位。",
        "schema": {"type": "string", "maxLength": 40},
    },
    "Idempotency-Key": {
        "description": "同一个请求的编号：重复发送得到第一次的回答，不会办两次。",
        "schema": {"type": "string", "maxLength": 128},
    },
}


class StrictParser(Parser):
    """JSON that no two readers understand differently, and query texts that can be stored."""

    def parse_body(self, request: HttpRequest) -> Any:
        return json_of(request)

    def parse_querydict(self, data: Any, list_fields: list[str], request: HttpRequest) -> Any:
        for name, values in data.lists() if isinstance(data, QueryDict) else ():
            for value in (name, *values):
                sound(value)
        return super().parse_querydict(data, list_fields, request)


def replies(shape: Any, *statuses: int, status: int = 200) -> dict[Any, Any]:
    """The ``response=`` of an operation: its answer, and the one error shape for every status that may come."""
    return {status: shape, **dict.fromkeys(sorted({*ALWAYS, *statuses}), Error)}


def headers(*names: str) -> dict[str, Any]:
    """The ``openapi_extra=`` that documents request headers."""
    return {
        "parameters": [{"in": "header", "name": name, "required": False, **_HEADERS[name]} for name in names]
    }


ACTING = headers("X-Acting-Post")
COMMANDING = headers("X-Acting-Post", "Idempotency-Key")


def only(request: HttpRequest, model: type[BaseModel]) -> None:
    """Refuse parameters that nobody documented: a misspelt filter must not show everything. Raises BadParameters."""
    unknown = sorted(set(request.GET) - set(model.model_fields))
    if unknown:
        raise BadParameters(count=len(unknown), fields={name[:60]: "没有这个参数" for name in unknown[:20]})
