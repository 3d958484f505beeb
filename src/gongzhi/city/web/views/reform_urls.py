"""Addresses of the reform door; each room below keeps its own list."""

from __future__ import annotations

from django.urls import path

from gongzhi.city.web.views import reform

urlpatterns = [
    path("", reform.hub, name="reform"),
]
