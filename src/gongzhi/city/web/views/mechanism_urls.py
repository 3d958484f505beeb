"""Addresses of the mechanism pages."""

from __future__ import annotations

from django.urls import path

from gongzhi.city.web.views import mechanisms

urlpatterns = [
    path("", mechanisms.index, name="mechanisms"),
    path("<slug:mechanism>/", mechanisms.summary, name="mechanism"),
    path("<slug:mechanism>/cases/<slug:type_id>/", mechanisms.case_type, name="mechanism_case"),
    path("<slug:mechanism>/cases/<slug:type_id>.bpmn", mechanisms.bpmn, name="mechanism_bpmn"),
    path("<slug:mechanism>/tables/", mechanisms.tables, name="mechanism_tables"),
    path("<slug:mechanism>/measures/", mechanisms.measures, name="mechanism_measures"),
    path("<slug:mechanism>/scenarios/", mechanisms.scenarios, name="mechanism_scenarios"),
    path("<slug:mechanism>/changes/", mechanisms.changes, name="mechanism_changes"),
]
