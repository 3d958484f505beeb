"""Addresses of the command board."""

from __future__ import annotations

from django.urls import path

from gongzhi.city.web.views import command

urlpatterns = [
    path("", command.board, name="command"),
    path("live/", command.live, name="live"),
    path("tasks/", command.tasks, name="office_tasks"),
    path("measures/<slug:mechanism>/", command.measures, name="measures"),
    path("measures/<slug:mechanism>/<slug:measure>/", command.measure, name="measure"),
]
