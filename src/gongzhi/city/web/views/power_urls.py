"""Address of meters and the environment."""

from __future__ import annotations

from django.urls import path

from gongzhi.city.web.views import power

urlpatterns = [path("warnings/power/", power.board, name="power")]
