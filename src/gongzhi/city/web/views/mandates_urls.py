"""Addresses of written mandates: the agent's and the clerk's under the desk, the mandator's by a code."""

from __future__ import annotations

from django.urls import path

from gongzhi.city.web.views import agents, mandates

urlpatterns = [
    path("desk/mandates/", mandates.mine, name="mandates"),
    path("desk/mandates/new/", mandates.new, name="mandate_new"),
    path("desk/mandates/<uuid:mandate>/", mandates.show, name="mandate"),
    path("desk/mandates/<uuid:mandate>/signature/", mandates.signature, name="mandate_signature"),
    path("desk/mandates/<uuid:mandate>/name/", mandates.full_name, name="mandate_name"),
    path("desk/mandates/<uuid:mandate>/revoke/", mandates.revoke, name="mandate_revoke"),
    path("t/<str:code>/agents/", agents.of_case, name="agents"),
    path("mandates/<str:code>/", agents.by_code, name="my_mandate"),
]
