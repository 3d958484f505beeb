"""``python -m gongzhi.city.jobs``: one worker process. SIGTERM or SIGINT: it finishes its job and goes."""

from __future__ import annotations

import argparse
import os
import signal
import threading

import django


def main() -> None:
    """Work until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m gongzhi.city.jobs", description=__doc__)
    parser.add_argument("--no-tick", action="store_true", help="run jobs only, no periodic work")
    arguments = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongzhi.city.project.settings")
    django.setup()
    from gongzhi.city.jobs.worker import work

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    work(stop, ticking=not arguments.no_tick)


if __name__ == "__main__":
    main()
