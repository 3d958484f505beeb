"""A program that calls the API: a token of one of the cast, JSON both ways."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from gongzhi.city.api.scopes import SCOPES
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.people.actions import issue_token
from gongzhi.city.people.models import User


class Program:
    """What a client's programmer would write first."""

    def __init__(self, username: str, *scopes: str) -> None:
        user = User.objects.get(username=username)
        self.token, self.row = issue_token(SYSTEM, user, title="测试", scopes=scopes or tuple(SCOPES))
        self.client = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {self.token}"})

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1{path}", query)

    def post(self, path: str, body: Any, **headers: str) -> Any:
        sent = body if isinstance(body, bytes) else json.dumps(body)
        return self.client.post(f"/api/v1{path}", sent, content_type="application/json", headers=headers)

    def open(self, form: dict[str, Any], **headers: str) -> Any:
        return self.post("/cases", {"mechanism": "mini", "type": "appeal", "form": form}, **headers)

    def choose(self, case: str, step: str, choice: str, values: Any = None, **more: Any) -> Any:
        body = {"step": step, "choice": choice, "values": values or {}, **more}
        return self.post(f"/cases/{case}/choose", body)
