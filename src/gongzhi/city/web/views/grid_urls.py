"""Addresses of the grid worker's door."""

from __future__ import annotations

from django.urls import path

from gongzhi.city.web.views import grid, grid_offline, grid_reports

urlpatterns = [
    path("", grid.home, name="grid"),
    path("plan/", grid.plan, name="grid_plan"),
    path("report/", grid_reports.report, name="grid_report"),
    path("self/", grid_reports.self_handled, name="grid_self"),
    path("self/<uuid:case>/undo/", grid_reports.undo, name="grid_undo"),
    path("units/<str:code>/", grid.unit, name="grid_unit"),
    path("households/", grid.households, name="grid_households"),
    path("households/<str:key>/", grid.household, name="grid_household"),
    path("households/<str:key>/open/", grid.reveal, name="grid_reveal"),
    path("households/<str:key>/visit/", grid.visit, name="grid_visit"),
    path("shell/", grid_offline.shell, name="grid_shell"),
    path("me.json", grid_offline.me, name="grid_me"),
    path("sw.js", grid_offline.worker, name="grid_worker"),
]
