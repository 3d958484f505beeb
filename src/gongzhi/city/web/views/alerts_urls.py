"""Addresses of alerts and watches."""

from __future__ import annotations

from django.urls import path

from gongzhi.city.web.views import alerts

urlpatterns = [
    path("warnings/alerts/", alerts.index, name="alerts"),
    path("warnings/alerts/<int:number>/", alerts.alert, name="alert"),
    path("warnings/watches/", alerts.rules, name="watches"),
    path("warnings/watches/<slug:mechanism>/<slug:watch>/", alerts.rule, name="watch"),
]
