"""Addresses of care, purchased services and the six seats."""

from __future__ import annotations

from django.urls import path

from gongzhi.city.web.views import care

urlpatterns = [
    path("welfare/care/", care.board, name="care"),
    path("welfare/services/", care.bought, name="purchased_services"),
    path("welfare/services/<path:key>/", care.contract, name="service_contract"),
    path("welfare/seats/", care.seats, name="seats"),
]
