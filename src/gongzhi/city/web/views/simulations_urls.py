"""Addresses of simulations."""

from __future__ import annotations

from django.urls import path

from gongzhi.city.web.views import simulations

urlpatterns = [
    path("", simulations.index, name="simulations"),
    path("new/", simulations.new, name="simulation_new"),
    path("<int:pk>/", simulations.one, name="simulation"),
]
