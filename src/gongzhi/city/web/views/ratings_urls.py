"""Addresses of the public page of ratings and the rows behind it."""

from __future__ import annotations

from django.urls import path

from gongzhi.city.web.views import ratings

urlpatterns = [
    path("", ratings.ratings, name="ratings"),
    path("rows/", ratings.rows, name="rating_rows"),
]
