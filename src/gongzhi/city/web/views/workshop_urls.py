"""Addresses of the workshop."""

from __future__ import annotations

from django.urls import path

from gongzhi.city.web.views import workshop, workshop_release, workshop_trial

urlpatterns = [
    path("", workshop.index, name="workshop"),
    path("<int:pk>/", workshop.draft, name="workshop_draft"),
    path("<int:pk>/file/", workshop.file, name="workshop_file"),
    path("<int:pk>/words/", workshop.words, name="workshop_words"),
    path("<int:pk>/look/", workshop.look, name="workshop_look"),
    path("<int:pk>/history/", workshop.history, name="workshop_history"),
    path("<int:pk>/examples/", workshop.examples, name="workshop_examples"),
    path("<int:pk>/simulate/", workshop_trial.simulate, name="workshop_simulate"),
    path("<int:pk>/changes/", workshop_release.changes, name="workshop_changes"),
    path("<int:pk>/ask/", workshop_release.ask, name="workshop_ask"),
    path("<int:pk>/back/", workshop_release.take_back, name="workshop_take_back"),
    path("<int:pk>/drop/", workshop_release.drop, name="workshop_drop"),
    path("<int:pk>/decide/", workshop_release.decide, name="workshop_decide"),
]
