"""Addresses of service points, appointments and the video desk: residents' first, then the counters' own."""

from __future__ import annotations

from django.urls import path

from gongzhi.city.web.views import points, seats, video, visits, windows

urlpatterns = [
    path("points/", points.index, name="points"),
    path("points/<str:key>/", points.show, name="point"),
    path("points/<str:key>/take/", points.take, name="take_number"),
    path("points/<str:key>/screen/", points.screen, name="point_screen"),
    path("points/<str:key>/book/<int:line>/", points.book, name="book"),
    path("queue/<str:code>/", points.number, name="number"),
    path("queue/<str:code>/leave/", points.leave, name="leave_line"),
    path("visit/", visits.ask, name="ask_visit"),
    path("appointment/<str:code>/", visits.show, name="appointment"),
    path("appointment/<str:code>/cancel/", visits.cancel, name="cancel_appointment"),
    path("video/", video.ask, name="ask_video"),
    path("video/<str:code>/", video.show, name="video"),
    path("video/<str:code>/panel/", video.panel, name="video_panel"),
    path("video/<str:code>/poll/", video.poll, name="video_poll"),
    path("video/<str:code>/form/", video.fill_in, name="video_form"),
    path("video/<str:code>/sign/", video.sign, name="video_sign"),
    path("video/<str:code>/leave/", video.leave, name="video_leave"),
    path("counter/", windows.hub, name="counters"),
    path("counter/setup/", windows.setup, name="counter_setup"),
    path("counter/figures/", windows.figures, name="counter_figures"),
    path("counter/windows/<int:window>/", windows.desk, name="window"),
    path("counter/windows/<int:window>/do/", windows.act, name="window_act"),
    path(
        "counter/windows/<int:window>/open/<slug:mechanism>/<slug:type_id>/",
        windows.open_case,
        name="window_open",
    ),
    path("counter/seats/<int:seat>/", seats.desk, name="seat"),
    path("counter/seats/<int:seat>/do/", seats.act, name="seat_act"),
    path("counter/calls/<uuid:key>/", seats.call, name="call_page"),
    path("counter/calls/<uuid:key>/panel/", seats.panel, name="call_panel"),
    path("counter/calls/<uuid:key>/poll/", seats.poll, name="call_poll"),
    path("counter/calls/<uuid:key>/do/", seats.handle, name="call_act"),
    path("counter/calls/<uuid:key>/open/", seats.open_case, name="call_open"),
    path("counter/visits/", visits.listed, name="visits"),
    path("counter/visits/<uuid:key>/", visits.act, name="visit_act"),
    path(
        "counter/visits/<uuid:key>/open/<slug:mechanism>/<slug:type_id>/",
        visits.open_case,
        name="visit_open",
    ),
]
