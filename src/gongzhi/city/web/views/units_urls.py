"""Addresses of units and offices."""

from __future__ import annotations

from django.urls import path

from gongzhi.city.web.views import units

urlpatterns = [
    path("units/", units.index, name="units"),
    path("units/sort/", units.sort, name="units_sort"),
    path("units/in/<str:code>/", units.town, name="units_town"),
    path("units/u/<str:code>/", units.unit, name="unit"),
    path("offices/<str:code>/", units.office, name="office"),
]
