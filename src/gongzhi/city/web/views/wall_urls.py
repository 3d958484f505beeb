"""Addresses of the walls."""

from __future__ import annotations

from django.urls import path

from gongzhi.city.web.views import wall

urlpatterns = [
    path("", wall.walls, name="walls"),
    path("<str:name>/", wall.board, name="wall_board"),
    path("<str:name>/state/", wall.state, name="wall_state"),
    path("<str:name>/ticket/", wall.ticket, name="wall_ticket"),
    path("<str:name>/<slug:tile>/", wall.tile, name="wall_tile"),
    path("<str:name>/<slug:tile>/measure/", wall.measure, name="wall_measure"),
]
