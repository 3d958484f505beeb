"""Prepares the city of ``lives.py`` in a process of its own: tables, mechanisms, people, played appeals, tokens."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import django

if __name__ == "__main__":
    django.setup()

    from django.core.management import call_command

    import gongzhi.mechanisms
    from gongzhi.city.api.scopes import SCOPES
    from gongzhi.city.demo import filling
    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.mechanisms.actions import install
    from gongzhi.city.people.actions import issue_token
    from gongzhi.city.territory.models import Post

    call_command("migrate", verbosity=0)
    install(Path(next(iter(gongzhi.mechanisms.__path__))) / "daye_minqing", by=SYSTEM)
    install(Path(__file__).parent / "six_requests", by=SYSTEM)
    filling.fill(lambda what, done, total: None, appeals=int(sys.argv[1]))
    posts = {
        role: Post.objects.filter(role=role).order_by("pk").first()
        for role in ("hotline_agent", "dispatcher", "caller", "reviewer", "duty_officer")
    }
    officer = (
        Post.objects.filter(role="officer", office__kind="department")
        .select_related("office")
        .order_by("pk")
        .first()
    )
    posts["officer"] = officer
    posts["leader"] = Post.objects.filter(role="leader", office=officer.office).order_by("pk").first()
    tokens = {
        role: issue_token(SYSTEM, post.user, title="bench", scopes=tuple(SCOPES))[0]
        for role, post in posts.items()
    }
    Path("prepared.json").write_text(
        json.dumps({"tokens": tokens, "lead": officer.office.code}), encoding="utf-8"
    )
