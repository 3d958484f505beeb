"""Addresses of petitions and of the files that are redacted."""

from __future__ import annotations

from django.urls import path, re_path

from gongzhi.city.web.views import petitions

urlpatterns = [
    path("order/petitions/", petitions.index, name="petitions"),
    path("order/redactions/", petitions.redactions, name="redactions"),
    path("order/redactions/<uuid:redaction>/", petitions.redaction, name="redaction"),
    path("order/redactions/<uuid:redaction>/mark/", petitions.mark, name="redaction_mark"),
    path("order/redactions/<uuid:redaction>/pages/<int:number>.png", petitions.page, name="redaction_page"),
    re_path(
        r"^order/redactions/(?P<redaction>[0-9a-f-]{36})/(?P<which>original|copy)/$",
        petitions.file,
        name="redaction_file",
    ),
]
