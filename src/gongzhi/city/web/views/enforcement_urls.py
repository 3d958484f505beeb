"""Addresses of enforcement."""

from __future__ import annotations

from django.urls import path

from gongzhi.city.web.views import enforcement

urlpatterns = [
    path("order/enforcement/", enforcement.board, name="enforcement"),
    path("order/enforcement/decisions/", enforcement.decisions, name="penalty_decisions"),
    path("order/enforcement/draws/<uuid:key>/", enforcement.draw, name="inspection_draw"),
]
