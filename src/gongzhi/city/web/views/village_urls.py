"""Addresses of a village's projects, covenants and property."""

from __future__ import annotations

from django.urls import path

from gongzhi.city.web.views import village

urlpatterns = [
    path("village/projects/", village.projects, name="village_projects"),
    path("village/projects/<str:key>/", village.project, name="village_project"),
    path("village/covenants/", village.covenants, name="covenants"),
    path("village/covenants/<str:key>/", village.covenant, name="covenant"),
    path("village/assets/", village.assets, name="village_assets"),
]
