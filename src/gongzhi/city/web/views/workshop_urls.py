"""Addresses of the workshop."""

from __future__ import annotations

from django.urls import path

from gongzhi.city.web.views import workshop, workshop_release

urlpatterns = [
    path("", workshop.index, name="workshop"),
    path("<int:pk>/", workshop.draft, name="draft"),
    path("<int:pk>/file/", workshop.file, name="draft_file"),
    path("<int:pk>/look/", workshop.look, name="draft_look"),
    path("<int:pk>/history/", workshop.history, name="draft_history"),
    path("<int:pk>/examples/", workshop.examples, name="draft_examples"),
    path("<int:pk>/changes/", workshop_release.changes, name="draft_changes"),
    path("<int:pk>/ask/", workshop_release.ask, name="draft_ask"),
    path("<int:pk>/back/", workshop_release.take_back, name="draft_take_back"),
    path("<int:pk>/drop/", workshop_release.drop, name="draft_drop"),
    path("<int:pk>/decide/", workshop_release.decide, name="draft_decide"),
]
