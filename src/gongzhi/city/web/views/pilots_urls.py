"""Addresses of the pilots."""

from __future__ import annotations

from django.urls import path

from gongzhi.city.web.views import pilots, pilots_steps

urlpatterns = [
    path("", pilots.index, name="pilots"),
    path("new/", pilots.new, name="pilot_new"),
    path("<int:pk>/", pilots.one, name="pilot"),
    path("<int:pk>/edit/", pilots.edit, name="pilot_edit"),
    path("<int:pk>/result/", pilots.result, name="pilot_result"),
    path("<int:pk>/rows/<slug:measure>/<str:unit>/<str:number>/", pilots.rows, name="pilot_rows"),
    path("<int:pk>/declare/", pilots_steps.declare, name="pilot_declare"),
    path("<int:pk>/back/", pilots_steps.take_back, name="pilot_back"),
    path("<int:pk>/refuse/", pilots_steps.refuse, name="pilot_refuse"),
    path("<int:pk>/drop/", pilots_steps.drop, name="pilot_drop"),
    path("<int:pk>/approve/", pilots_steps.approve, name="pilot_approve"),
    path("<int:pk>/start/", pilots_steps.start, name="pilot_start"),
    path("<int:pk>/amend/", pilots_steps.amend, name="pilot_amend"),
    path("<int:pk>/end/", pilots_steps.end, name="pilot_end"),
    path("<int:pk>/compute/", pilots_steps.compute, name="pilot_compute"),
    path("<int:pk>/decide/", pilots_steps.decide, name="pilot_decide"),
]
