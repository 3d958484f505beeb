"""Addresses of process mining."""

from __future__ import annotations

from django.urls import path

from gongzhi.city.web.views import mining

urlpatterns = [
    path("", mining.index, name="mining"),
    path("export/", mining.export, name="mining_export"),
    path("<uuid:pk>/", mining.one, name="mining_study"),
    path("<uuid:pk>/rows/", mining.rows, name="mining_rows"),
]
