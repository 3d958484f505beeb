"""Addresses of the dispute centre and of the risks."""

from __future__ import annotations

from django.urls import path

from gongzhi.city.web.views import disputes

urlpatterns = [
    path("order/centre/", disputes.centre, name="dispute_centre"),
    path("order/risks/", disputes.risk_board, name="risks"),
]
