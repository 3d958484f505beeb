"""Addresses of the residents' door."""

from __future__ import annotations

from django.urls import path

from gongzhi.city.web.views import resident, tracking

urlpatterns = [
    path("", resident.home, name="home"),
    path("report/", resident.choose_kind, name="report_kinds"),
    path("report/nearby/", resident.nearby, name="nearby"),
    path("report/<slug:mechanism>/<slug:type_id>/", resident.report, name="report"),
    path("t/", tracking.find, name="track"),
    path("t/<str:code>/", tracking.show, name="tracking"),
    path("t/<str:code>/rate/form/", tracking.rate, name="rate"),
    path("t/<str:code>/<slug:what>/", tracking.say, name="say"),
]
