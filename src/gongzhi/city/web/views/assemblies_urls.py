"""Addresses of meetings and votes."""

from __future__ import annotations

from django.urls import path

from gongzhi.city.web.views import assemblies, assemblies_desk

urlpatterns = [
    path("village/meetings/", assemblies.home, name="assemblies"),
    path("village/meetings/slip/", assemblies.find, name="meeting_find"),
    path("village/meetings/slip/<str:code>/", assemblies.slip, name="meeting_slip"),
    path("village/meetings/slip/<str:code>/<int:pk>/", assemblies.slip_vote, name="meeting_slip_vote"),
    path("village/meetings/vote/<int:pk>/", assemblies.vote, name="meeting_vote"),
    path("village/meetings/results/<int:pk>/", assemblies.result, name="meeting_result"),
    path("village/meetings/results/<int:pk>/ballots.csv", assemblies.ballot_list, name="meeting_ballots"),
    path("village/meetings/results/<int:pk>/objections/", assemblies.object_to, name="meeting_object"),
    path("village/meetings/call/", assemblies_desk.call, name="meeting_call"),
    path("village/meetings/<int:pk>/", assemblies_desk.meeting, name="meeting"),
    path("village/meetings/<int:pk>/slips/", assemblies_desk.slips, name="meeting_slips"),
    path("village/meetings/<int:pk>/<slug:deed>/", assemblies_desk.meeting_deed, name="meeting_deed"),
    path("village/meetings/topics/<int:pk>/<slug:deed>/", assemblies_desk.topic_deed, name="topic_deed"),
]
