"""Addresses of benefits: what there is, who has what, payment runs, what a change would mean."""

from __future__ import annotations

from django.urls import path

from gongzhi.city.web.views import benefits, benefits_payments

urlpatterns = [
    path("welfare/benefits/", benefits.listed, name="benefits"),
    path("welfare/benefits/no/<int:pk>/", benefits.entitlement, name="entitlement"),
    path("welfare/benefits/<slug:mechanism>/<slug:programme>/", benefits.one, name="benefit"),
    path("welfare/payments/", benefits_payments.listed, name="payments"),
    path("welfare/payments/<int:pk>/", benefits_payments.one, name="payment"),
    path("welfare/what-if/", benefits_payments.what_ifs, name="what_if"),
    path("welfare/what-if/<int:pk>/", benefits_payments.answer, name="what_if_answer"),
]
