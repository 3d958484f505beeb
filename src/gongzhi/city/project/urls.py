"""The addresses of the site: sign-in here, everything else in the doors."""

from __future__ import annotations

from importlib.util import find_spec

from django.conf import settings
from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
]
# the API first: the web door ends with patterns that match much
for _prefix, _room in [("", "api"), ("", "web")]:
    if f"gongzhi.city.{_room}" in settings.INSTALLED_APPS and find_spec(f"gongzhi.city.{_room}.urls"):
        urlpatterns.append(path(_prefix, include(f"gongzhi.city.{_room}.urls")))
