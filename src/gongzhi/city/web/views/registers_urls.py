"""Addresses of the registers."""

from __future__ import annotations

from django.urls import path

from gongzhi.city.web.views import register_sheets, registers

urlpatterns = [
    path("registers/", registers.index, name="registers"),
    path("registers/<slug:register>/", registers.listing, name="register"),
    path("registers/<slug:register>/new/", registers.new, name="record_new"),
    path("registers/<slug:register>/import/", register_sheets.take, name="records_import"),
    path("registers/<slug:register>/export.xlsx", register_sheets.export, name="records_export"),
    path("registers/<slug:register>/r/<str:key>/", registers.show, name="record"),
    path("registers/<slug:register>/r/<str:key>/edit/", registers.edit, name="record_edit"),
    path("registers/<slug:register>/r/<str:key>/move/", registers.move, name="record_move"),
    path("registers/<slug:register>/r/<str:key>/reveal/", registers.reveal, name="record_reveal"),
    path("pick/<slug:register>/", registers.pick, name="pick"),
]
