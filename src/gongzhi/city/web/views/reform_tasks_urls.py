"""Addresses of reform tasks and of the surveys that belong to them."""

from __future__ import annotations

from django.urls import path

from gongzhi.city.web.views import reform_polls, reform_tasks

urlpatterns = [
    path("reform/tasks/", reform_tasks.index, name="reform_tasks"),
    path("reform/tasks/list/", reform_tasks.tasks, name="reform_tasks_list"),
    path("reform/tasks/matrix/", reform_tasks.matrix, name="reform_tasks_matrix"),
    path("reform/tasks/problems/", reform_tasks.problems, name="reform_tasks_problems"),
    path("reform/tasks/import/", reform_tasks.take, name="reform_tasks_import"),
    path("reform/tasks/topics/<str:key>/", reform_tasks.topic, name="reform_topic"),
    path("reform/polls/<uuid:case>/", reform_polls.slips, name="poll_slips"),
    path("poll/", reform_polls.find, name="poll"),
    path("poll/<str:code>/", reform_polls.fill, name="poll_slip"),
]
