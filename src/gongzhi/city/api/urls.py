"""Addresses for programs."""

from __future__ import annotations

from django.urls import path, re_path, register_converter

from gongzhi.city.api import views
from gongzhi.city.api.open311 import views as open311
from gongzhi.city.api.v1.api import api as v1


class Format:
    """The two formats of Open311, as the ending of an address."""

    regex = "json|xml"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Format, "format")
app_name = "api"
urlpatterns = [
    path("api/openapi.json", views.openapi, name="openapi"),
    path("api/", views.reference, name="reference"),
    path("api/v1/", v1.urls),
    re_path(r"^api/(?P<path>.*)$", views.nowhere, name="nowhere"),
    path("open311/v2/discovery.<format:format>", open311.discovery, name="open311-discovery"),
    path("open311/discovery.<format:format>", open311.discovery, name="open311-discovery-root"),
    path("open311/v2/services.<format:format>", open311.service_list, name="open311-services"),
    path(
        "open311/v2/services/<str:code>.<format:format>", open311.service_definition, name="open311-service"
    ),
    path("open311/v2/requests.<format:format>", open311.request_list, name="open311-requests"),
    path("open311/v2/requests/<str:request_id>.<format:format>", open311.request_one, name="open311-request"),
    path("open311/v2/tokens/<str:token>.<format:format>", open311.token, name="open311-token"),
    re_path(r"^open311/(?P<path>.*)$", open311.nowhere, name="open311-nowhere"),
]
