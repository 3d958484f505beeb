"""Run in a process of its own: tables, the mechanism of Daye, and a small demo city in GONGZHI_HOME."""

from __future__ import annotations

import os
import sys
from importlib.resources import files

import django

APPEALS, DAYS = 150, 30


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongzhi.city.project.settings")
    django.setup()
    from django.core.management import call_command

    from gongzhi.city.demo.filling import fill
    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.mechanisms.actions import install

    call_command("migrate", verbosity=0)
    install(str(files("gongzhi.mechanisms") / "daye_minqing"), by=SYSTEM)
    made = fill(lambda what, done, total: None, appeals=APPEALS, days=DAYS)
    print(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
