"""Addresses of water, land and clean production."""

from __future__ import annotations

from django.urls import path

from gongzhi.city.web.views import green

urlpatterns = [
    path("green/rivers/", green.rivers, name="rivers"),
    path("green/rivers/<str:key>/", green.river, name="river"),
    path("green/production/", green.production, name="clean_production"),
    path("green/indicators/", green.indicators, name="green"),
    path("green/indicators/<str:key>/", green.section, name="water_section"),
    path("welfare/coverage/", green.coverage, name="coverage"),
    path("welfare/coverage/<str:key>/", green.cell, name="coverage_cell"),
]
