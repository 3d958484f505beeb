"""Seals and verifies papers for ``papers.py``; the last line is JSON with figures of CPU time."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import django

BODY = Path(__file__).parents[1] / "src/gongzhi/mechanisms/daye_minqing/documents/handling_order.html"

if __name__ == "__main__":
    django.setup()

    from django.core.management import call_command

    from gongzhi.city.documents import actions, queries, rendering
    from gongzhi.city.documents.verification import verify
    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.territory.models import Area, Office
    from gongzhi.engine.mechanisms.documents import fill_text, split_head

    call_command("migrate", verbosity=0)
    area = Area.objects.create(code="420281000000", name="县", short_name="县", level="county", path="aa/")
    Office.objects.create(
        code="o", name="某县某某管理局", short_name="某局", kind="department", area=area, path="aa/"
    )
    body = split_head(BODY.read_text(encoding="utf-8"))[1]
    bodies = [
        fill_text(
            body,
            {"number": f"第{n}号", "data": {"subject": f"某路{n}号路灯不亮", "text": "已经三天不亮。" * 20}},
        )
        for n in range(int(sys.argv[1]))
    ]
    wanted = [
        actions.Wanted(body=each, title="承办单", office="o", subject=f"case:{n}")
        for n, each in enumerate(bodies)
    ]
    actions.seal_paper(SYSTEM, wanted[0])  # makes the certificates, warms fonts

    began = time.process_time()
    for each in bodies:
        rendering.render(each, title="承办单", closing=("某县某某管理局", "2026年1月1日"))
    laid = len(bodies) / (time.process_time() - began) * 60
    began = time.process_time()
    papers = [actions.seal_paper(SYSTEM, each) for each in wanted]
    sealed = len(papers) / (time.process_time() - began) * 60
    files = [queries.file_of(paper) for paper in papers]
    began = time.process_time()
    assert all(verify(file).result == "valid" for file in files)
    verified = (time.process_time() - began) / len(files) * 1000
    print(
        json.dumps(
            {
                "laid": round(laid),
                "sealed": round(sealed),
                "verified": round(verified, 1),
                "size": len(files[0]),
            }
        )
    )
