"""Run in a process of its own: 鄂州, another city than the demo's, with its own areas, offices and people, and some lamps mended."""

from __future__ import annotations

import os
import sys
from datetime import timedelta

import django


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongzhi.city.project.settings")
    django.setup()
    from django.core.management import call_command

    from gongzhi.city.cases import actions
    from gongzhi.city.demo.cast import PASSWORD
    from gongzhi.city.exchange.tests import ezhou, lamp
    from gongzhi.city.kernel import clock
    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.mechanisms.actions import install

    call_command("migrate", verbosity=0)
    ezhou.settle(PASSWORD)
    # the city has mended lamps after its own fashion until now
    install(lamp.version("1.0.0"), by=SYSTEM)
    for days in (3, 9, 20):
        with clock.frozen(clock.now() - timedelta(days=days)):
            actions.open_case("lamp", "lamp", {"kind": "不亮"}, by=SYSTEM)
    return 0


if __name__ == "__main__":
    sys.exit(main())
