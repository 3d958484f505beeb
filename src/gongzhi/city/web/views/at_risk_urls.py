"""Addresses of households at risk and of early signs."""

from __future__ import annotations

from django.urls import path

from gongzhi.city.web.views import at_risk, early_signs

urlpatterns = [
    path("warnings/households/", at_risk.board, name="at_risk"),
    path("warnings/households/h/<str:number>/", at_risk.house, name="at_risk_house"),
    path("warnings/published/", at_risk.published, name="at_risk_published"),
    path("warnings/published/<uuid:case>/object/", at_risk.object_to, name="at_risk_object"),
    path("warnings/signs/", early_signs.board, name="early_signs"),
    path("warnings/signs/<int:key>/", early_signs.show, name="early_sign"),
]
