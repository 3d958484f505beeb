"""Addresses of the burden account."""

from __future__ import annotations

from django.urls import path

from gongzhi.city.web.views import burden

urlpatterns = [
    path("", burden.index, name="burden"),
    path("rows/", burden.rows, name="burden_rows"),
]
