"""Addresses of the pages. Each door keeps its own list; this file only joins them."""

from __future__ import annotations

from django.urls import include, path

from gongzhi.city.web.views import frame

app_name = "web"
urlpatterns = [
    path("large/", frame.large, name="large"),
    path("me/", frame.me, name="me"),
    path("start/", frame.start, name="start"),
    path("desk/", include("gongzhi.city.web.views.desk_urls")),
    path("command/", include("gongzhi.city.web.views.command_urls")),
    path("duty/", include("gongzhi.city.web.views.duty_urls")),
    path("grid/", include("gongzhi.city.web.views.grid_urls")),
    path("wall/", include("gongzhi.city.web.views.wall_urls")),
    path("", include("gongzhi.city.web.views.hubs_urls")),
    path("", include("gongzhi.city.web.views.feeds_urls")),
    path("", include("gongzhi.city.web.views.alerts_urls")),
    path("", include("gongzhi.city.web.views.assemblies_urls")),
    path("", include("gongzhi.city.web.views.village_urls")),
    path("", include("gongzhi.city.web.views.housing_urls")),
    path("", include("gongzhi.city.web.views.household_points_urls")),
    path("", include("gongzhi.city.web.views.clean_urls")),
    path("", include("gongzhi.city.web.views.petitions_urls")),
    path("", include("gongzhi.city.web.views.disputes_urls")),
    path("", include("gongzhi.city.web.views.enforcement_urls")),
    path("", include("gongzhi.city.web.views.at_risk_urls")),
    path("", include("gongzhi.city.web.views.green_urls")),
    path("reform/packages/", include("gongzhi.city.web.views.exchange_urls")),
    path("reform/simulations/", include("gongzhi.city.web.views.simulations_urls")),
    path("reform/mining/", include("gongzhi.city.web.views.mining_urls")),
    path("reform/pilots/", include("gongzhi.city.web.views.pilots_urls")),
    path("reform/workshop/", include("gongzhi.city.web.views.workshop_urls")),
    path("reform/", include("gongzhi.city.web.views.scores_urls")),
    path("reform/chains/", include("gongzhi.city.web.views.chains_urls")),
    path("reform/instruments/", include("gongzhi.city.web.views.instruments_urls")),
    path("mechanisms/", include("gongzhi.city.web.views.mechanism_urls")),
    path("desk/counter/", include("gongzhi.city.web.views.counter_urls")),
    path("ratings/", include("gongzhi.city.web.views.ratings_urls")),
    path("", include("gongzhi.city.web.views.reform_tasks_urls")),
    path("", include("gongzhi.city.web.views.mandates_urls")),
    path("", include("gongzhi.city.web.views.registers_urls")),
    path("", include("gongzhi.city.web.views.counters_urls")),
    path("", include("gongzhi.city.web.views.services_urls")),
    path("", include("gongzhi.city.web.views.inspections_urls")),
    path("burden/", include("gongzhi.city.web.views.burden_urls")),
    path("", include("gongzhi.city.web.views.overviews_urls")),
    path("", include("gongzhi.city.web.views.lists_urls")),
    path("", include("gongzhi.city.web.views.care_urls")),
    path("", include("gongzhi.city.web.views.papers_urls")),
    path("", include("gongzhi.city.web.views.power_urls")),
    path("", include("gongzhi.city.web.views.benefits_urls")),
    path("", include("gongzhi.city.web.views.units_urls")),
    path("", include("gongzhi.city.web.views.resident_urls")),
]
