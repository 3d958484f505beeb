"""Addresses of the township lists and the admitted tasks."""

from __future__ import annotations

from django.urls import path

from gongzhi.city.web.views import lists

urlpatterns = [
    path("lists/", lists.index, name="lists"),
    path("lists/tasks/", lists.tasks, name="lists_tasks"),
]
