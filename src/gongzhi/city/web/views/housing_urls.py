"""Addresses of public rental housing."""

from __future__ import annotations

from django.urls import path

from gongzhi.city.web.views import housing

urlpatterns = [path("welfare/housing/", housing.index, name="housing")]
