"""Addresses of the counter (综合窗口): look for what is wanted, take it in, print the receipt, next."""

from __future__ import annotations

from django.urls import path

from gongzhi.city.web.views import counter

urlpatterns = [
    path("", counter.counter, name="counter"),
    path("find/", counter.find, name="counter_find"),
    path("receipt/<uuid:case>/", counter.receipt, name="counter_receipt"),
    path("<slug:mechanism>/<slug:type_id>/", counter.take, name="counter_take"),
]
