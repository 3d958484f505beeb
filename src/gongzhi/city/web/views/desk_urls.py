"""Addresses of the desk."""

from __future__ import annotations

from django.urls import path

from gongzhi.city.web.views import calling, casepage, desk, intake

urlpatterns = [
    path("", desk.tasks, name="desk"),
    path("cases/", desk.cases, name="cases"),
    path("cases.csv", desk.export, name="export"),
    path("read/", desk.read, name="read"),
    path("bulk/", desk.bulk, name="bulk"),
    path("intake/", intake.choose_kind, name="intake_kinds"),
    path("intake/<slug:mechanism>/<slug:type_id>/", intake.intake, name="intake"),
    path("intake/<slug:mechanism>/<slug:type_id>/hints/", intake.hints, name="hints"),
    path("calls/", calling.calls, name="calls"),
    path("calls/<int:item>/", calling.call, name="call"),
    path("cases/<uuid:case>/", casepage.show, name="case"),
    path("cases/<uuid:case>/choose/", casepage.choose, name="choose"),
    path("cases/<uuid:case>/act/<slug:kind>/", casepage.act, name="act"),
    path("cases/<uuid:case>/reveal/", casepage.reveal, name="reveal"),
    path("cases/<uuid:case>/papers/<int:paper>/", casepage.paper, name="paper"),
    path("files/<str:sha256>/", casepage.file, name="file"),
]
