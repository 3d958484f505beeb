"""``python -m gongzhi.city.jobs``: one worker process. SIGTERM or SIGINT: it finishes its job and goes."""

from __future__ import annotations

import os
import signal
import threading

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongzhi.city.project.settings")
    django.setup()
    from gongzhi.city.jobs.worker import work

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    work(stop)


if __name__ == "__main__":
    main()
