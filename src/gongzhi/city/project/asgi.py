"""The entry point of the live process (granian in ASGI mode): walls, nothing else."""

from __future__ import annotations

import gc
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongzhi.city.project.settings")
django.setup()

from gongzhi.city.web.live.app import Live  # noqa: E402 - models need a set-up Django

application = Live()

gc.collect()
gc.freeze()
