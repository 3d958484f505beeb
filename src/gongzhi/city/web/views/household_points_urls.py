"""Addresses of the points of households."""

from __future__ import annotations

from django.urls import path

from gongzhi.city.web.views import household_points

urlpatterns = [
    path("village/points/", household_points.home, name="household_points"),
    path("village/points/find/", household_points.find, name="points_find"),
    path("village/points/cards/", household_points.cards, name="points_cards"),
    path("village/points/books/<int:pk>/", household_points.book, name="points_book"),
    path("village/points/rules/<str:code>/", household_points.rules, name="points_rules"),
    path("village/points/objections/<uuid:pk>/", household_points.object_to, name="points_object"),
    path("village/points/exchanges/<uuid:pk>/", household_points.slip, name="points_slip"),
    path("village/points/exchanges/<uuid:pk>/end/", household_points.end, name="points_end"),
    path("village/points/houses/<str:number>/", household_points.house, name="points_house"),
    path("village/points/houses/<str:number>/claims/", household_points.claim, name="points_claim"),
    path("village/points/houses/<str:number>/exchanges/", household_points.exchange, name="points_exchange"),
    path("village/points/houses/<str:number>/people/", household_points.join, name="points_join"),
]
