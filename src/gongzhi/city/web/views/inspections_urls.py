"""Addresses of inspections, supervision and bulletins."""

from __future__ import annotations

from django.urls import path

from gongzhi.city.web.views import inspections

urlpatterns = [
    path("inspections/", inspections.calendar, name="inspections"),
    path("supervision/", inspections.board, name="supervision"),
    path("bulletins/", inspections.bulletins, name="bulletins"),
    path("bulletins/<int:run>/", inspections.bulletin, name="bulletin"),
    path("bulletins/<int:run>.pdf", inspections.pdf, name="bulletin_pdf"),
]
