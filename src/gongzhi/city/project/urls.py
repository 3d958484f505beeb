"""The addresses of the site: sign-in here, everything else in the doors."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    # the API first: the web door ends with patterns that match much
    path("", include("gongzhi.city.api.urls")),
    path("", include("gongzhi.city.web.urls")),
]
