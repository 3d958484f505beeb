"""Addresses of feeds."""

from __future__ import annotations

from django.urls import path

from gongzhi.city.web.views import feeds

urlpatterns = [
    path("warnings/feeds/", feeds.index, name="feeds"),
    path("warnings/feeds/batch/<int:batch_id>/", feeds.batch, name="feed_batch"),
    path("warnings/feeds/batch/<int:batch_id>/apart.csv", feeds.apart, name="feed_apart"),
    path("warnings/feeds/batch/<int:batch_id>/again/", feeds.again, name="feed_again"),
    path("warnings/feeds/<slug:mechanism>/<slug:feed>/", feeds.one, name="feed"),
]
