"""Addresses of handing over, below ``/reform/packages/``."""

from __future__ import annotations

from django.urls import path

from gongzhi.city.web.views import exchange

urlpatterns = [
    path("", exchange.index, name="exchange"),
    path("trust/", exchange.trust, name="exchange_trust"),
    path("of/<slug:mechanism>/", exchange.versions, name="exchange_versions"),
    path("of/<slug:mechanism>/<str:version>/package/", exchange.package, name="exchange_package"),
    path("<int:number>/", exchange.one, name="exchange_import"),
    path("<int:number>/progress/<slug:what>/", exchange.progress, name="exchange_progress"),
    path("<int:number>/prepare/", exchange.prepare, name="exchange_prepare"),
    path("<int:number>/accept/", exchange.accept, name="exchange_accept"),
    path("<int:number>/again/", exchange.again, name="exchange_again"),
    path("<int:number>/dry/", exchange.dry, name="exchange_dry"),
    path("<int:number>/submit/", exchange.submit, name="exchange_submit"),
    path("<int:number>/install/", exchange.install, name="exchange_install"),
    path("<int:number>/decline/", exchange.decline, name="exchange_decline"),
]
