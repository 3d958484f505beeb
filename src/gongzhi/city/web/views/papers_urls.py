"""Addresses of papers, seals and verification."""

from __future__ import annotations

from django.urls import path

from gongzhi.city.web.views import papers, verifying

urlpatterns = [
    path("verify/", verifying.index, name="verify"),
    path("verify/file/", verifying.file, name="verify_file"),
    path("verify/<str:code>/", verifying.paper, name="verified"),
    path("t/<str:code>/papers/<int:paper>.pdf", papers.mine, name="my_paper"),
    path("desk/cases/<uuid:case>/papers/<int:paper>.pdf", papers.pdf, name="paper_pdf"),
    path("desk/cases/<uuid:case>/papers/<int:paper>/seal/", papers.seal_again, name="seal_again"),
    path("desk/papers/", papers.office_papers, name="office_papers"),
    path("desk/papers/use/", papers.use, name="use_paper"),
    path("desk/papers/<uuid:paper>/withdraw/", papers.withdraw, name="withdraw_paper"),
    path("desk/seals/", papers.seals, name="seals"),
    path("desk/seals/<int:seal>/<slug:verb>/", papers.change_seal, name="change_seal"),
]
