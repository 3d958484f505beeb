"""Addresses of clean hands: clues, comparisons, integrity risks; and the village's tap of supervision."""

from __future__ import annotations

from django.urls import path

from gongzhi.city.web.views import clues

urlpatterns = [
    path("clean/clues/", clues.listed, name="clues"),
    path("clean/clues/new/<slug:kind>/", clues.submit, name="clue_new"),
    path("clean/clues/<uuid:case>/", clues.opened, name="clue"),
]
