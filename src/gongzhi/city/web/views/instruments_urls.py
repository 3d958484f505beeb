"""Address of the calendar of instruments."""

from __future__ import annotations

from django.urls import path

from gongzhi.city.web.views import instruments

urlpatterns = [
    path("", instruments.calendar, name="instruments"),
]
