"""Addresses of powers, projects and land."""

from __future__ import annotations

from django.urls import path

from gongzhi.city.web.views import powers, projects

urlpatterns = [
    path("powers/", powers.index, name="powers"),
    path("powers/idle/", powers.idle, name="powers_idle"),
    path("powers/p/<str:key>/", powers.show, name="power"),
    path("powers/p/<str:key>/review/", powers.review, name="power_review"),
    path("projects/", projects.index, name="projects"),
    path("projects/<str:key>/", projects.show, name="project"),
    path("land/", projects.parcels, name="land"),
]
