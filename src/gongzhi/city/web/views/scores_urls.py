"""Addresses of the scorecards."""

from __future__ import annotations

from django.urls import path

from gongzhi.city.web.views import person_cards, scores, scores_acts

urlpatterns = [
    path("scores/", scores.index, name="scores"),
    path("scores/draft/", scores_acts.draft, name="score_draft"),
    path("scores/<int:pk>/", scores.standard, name="score_standard"),
    path("scores/<int:pk>/publish/", scores_acts.publish, name="score_publish"),
    path("scores/<int:pk>/reckon/", scores_acts.reckon, name="score_reckon"),
    path("scores/<int:pk>/v<int:number>/", scores.progress, name="score_progress"),
    path("scores/<int:pk>/v<int:number>/publish/", scores_acts.publish_results, name="score_publish_results"),
    path("scores/<int:pk>/class/<slug:class_id>/", scores.group, name="score_class"),
    path("scores/<int:pk>/class/<slug:class_id>/trial/", scores.trial, name="score_trial"),
    path("scores/unit/<int:pk>/", scores.unit, name="score_unit"),
    path("scores/unit/<int:pk>/<slug:criterion>/", scores.rows, name="score_rows"),
    path("scores/unit/<int:pk>/<slug:criterion>/appeal/", scores_acts.appeal, name="score_appeal"),
    path("scores/appeals/<int:pk>/", scores_acts.appeal_page, name="score_appeal_page"),
    path("scores/bottom/<int:pk>/", scores_acts.bottom, name="score_bottom"),
    path("people/", person_cards.people, name="people"),
    path("people/<int:pk>/", person_cards.person, name="person"),
]
