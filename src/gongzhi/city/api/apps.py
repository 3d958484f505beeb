"""The Django app of the API."""

from __future__ import annotations

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "gongzhi.city.api"
    label = "api"
    verbose_name = "接口"
