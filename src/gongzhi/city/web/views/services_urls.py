"""Addresses of the catalogue and of applications."""

from __future__ import annotations

from django.urls import path

from gongzhi.city.web.views import drafts, own_steps, savings, services

urlpatterns = [
    path("services/", services.index, name="services"),
    path("services/changes/", savings.of_year, name="year_changes"),
    path("services/changes.xlsx", savings.year_sheet, name="year_sheet"),
    path("services/<str:key>/changes/", savings.of_item, name="item_changes"),
    path("services/<str:key>/", services.guide, name="guide"),
    path("t/<str:code>/do/<slug:step>/<slug:choice>/", own_steps.own_step, name="own_step"),
    path("apply/draft/", drafts.find, name="draft_find"),
    path("apply/draft/<str:code>/", drafts.show, name="draft"),
    path("apply/draft/<str:code>/discard/", drafts.discard, name="draft_discard"),
    path("apply/<slug:mechanism>/<slug:type_id>/", services.apply, name="apply"),
]
