"""``python -m bench.looking``: a duty officer looks at the county's board; prints JSON. For ``bench.wall``."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable

import django

ROUNDS = 9


def main() -> dict[str, float]:
    """Milliseconds (medians), and the queries of a page that counts anew."""
    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from gongzhi.city.cases.queries import present
    from gongzhi.city.territory.models import Post

    settings.ALLOWED_HOSTS = ["*"]
    post = Post.objects.filter(role="duty_officer").select_related("user").order_by("pk").first()
    assert post is not None
    client = Client()
    client.force_login(post.user, backend="django.contrib.auth.backends.ModelBackend")

    def ask(address: str, *, anew: bool) -> float:
        if anew:
            # the past days are over: they are counted once in a while, not with every look
            present.forget()
        began = time.perf_counter()
        answer = client.get(address)
        assert answer.status_code == 200, answer.status_code
        return (time.perf_counter() - began) * 1000

    def old() -> float:
        """A look after the count grew old, while it is counted anew in another thread, as a polling wall does."""
        present.grow_old()
        return ask(state, anew=False)

    def median(make: Callable[[], float]) -> float:
        return round(statistics.median(make() for _ in range(ROUNDS)), 1)

    page, state = "/wall/county/", "/wall/county/state/"
    ask(page, anew=True)
    present.forget()
    with CaptureQueriesContext(connection) as asked:
        client.get(page)
    return {
        "queries": len(asked),
        "page_cold": median(lambda: ask(page, anew=True)),
        "page_warm": median(lambda: ask(page, anew=False)),
        "state_cold": median(lambda: ask(state, anew=True)),
        "state_old": median(old),
        "state_warm": median(lambda: ask(state, anew=False)),
    }


if __name__ == "__main__":
    print(json.dumps(main()))
