"""Addresses of the doors that lead to several rooms; each room below keeps its own list."""

from __future__ import annotations

from django.urls import path

from gongzhi.city.web.views import hubs

urlpatterns = [
    path("reform/", hubs.hub, name="reform"),
    path("village/", hubs.village, name="village"),
    path("order/", hubs.order, name="order"),
    path("clean/", hubs.clean, name="clean"),
    path("warnings/", hubs.warnings, name="warnings"),
    path("welfare/", hubs.welfare, name="welfare"),
    path("green/", hubs.green, name="green_hub"),
]
