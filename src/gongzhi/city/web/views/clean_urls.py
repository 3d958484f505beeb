"""Addresses of clean hands: clues, comparisons, integrity risks; and the village's tap of supervision."""

from __future__ import annotations

from django.urls import path

from gongzhi.city.web.views import clues, comparisons, tap

urlpatterns = [
    path("clean/clues/", clues.listed, name="clues"),
    path("clean/clues/new/<slug:kind>/", clues.submit, name="clue_new"),
    path("clean/clues/<uuid:case>/", clues.opened, name="clue"),
    path("clean/comparisons/", comparisons.listed, name="comparisons"),
    path("clean/comparisons/<slug:mechanism>/<slug:comparison>/", comparisons.one, name="comparison"),
    path("clean/risks/", comparisons.risks, name="integrity_risks"),
    path("village/tap/", tap.lists, name="supervision_tap"),
    path("village/tap/new/", tap.say, name="tap_new"),
]
