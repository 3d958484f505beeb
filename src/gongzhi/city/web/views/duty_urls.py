"""Addresses of the duty room."""

from __future__ import annotations

from django.urls import path

from gongzhi.city.web.views import duty, duty_rosters

urlpatterns = [
    path("", duty.desk, name="duty"),
    path("setup/", duty_rosters.setup, name="duty_setup"),
    path("<int:room>/", duty.desk, name="duty_room"),
    path("<int:room>/do/", duty.act, name="duty_act"),
    path("<int:room>/open/<slug:type_id>/", duty.open_case, name="duty_open"),
    path("<int:room>/handover/", duty.handover, name="duty_handover"),
    path("<int:room>/reveal/", duty.reveal, name="duty_reveal"),
    path("<int:room>/roster/", duty_rosters.roster, name="duty_roster"),
    path("<int:room>/roster/template.xlsx", duty_rosters.template, name="duty_roster_template"),
]
