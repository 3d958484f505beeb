"""The entry point of the web workers (granian in WSGI mode)."""

from __future__ import annotations

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongzhi.city.project.settings")

application = get_wsgi_application()

# what is loaded now lives as long as the worker: keep it out of every later full collection (pauses of 50 ms and more)
gc.collect()
gc.freeze()
