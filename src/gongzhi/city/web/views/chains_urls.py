"""Addresses of the chain workspaces."""

from __future__ import annotations

from django.urls import path

from gongzhi.city.web.views import chains

urlpatterns = [
    path("", chains.index, name="chains"),
    path("<str:key>/", chains.show, name="chain"),
]
