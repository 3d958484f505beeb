"""Run in a process of its own: a small city with a general duty room, its mechanism, and a shift that ends in a moment."""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from importlib.resources import files

import django


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongzhi.city.project.settings")
    django.setup()
    from django.core.management import call_command

    from gongzhi.city.demo.cast import PASSWORD
    from gongzhi.city.duty import actions
    from gongzhi.city.duty.tests.cast import build_rooms
    from gongzhi.city.kernel import clock
    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.mechanisms.actions import install

    call_command("migrate", verbosity=0)
    now = clock.now()
    with clock.frozen(now - timedelta(hours=10)):
        cast = build_rooms()
        day = cast.shift(
            now - timedelta(hours=10), now + timedelta(minutes=20), "wu", lead="ke", title="白班"
        )
        cast.shift(now + timedelta(minutes=20), now + timedelta(hours=10), "zhou", title="夜班")
        actions.take_over(cast.wu, day)
        actions.write_line(cast.wu, cast.room, "铜绿山路口积水，已通知城管", source="群众", is_open=True)
    install(str(files("gongzhi.mechanisms") / "duty_room"), by=SYSTEM)
    for user in cast.users.values():
        user.set_password(PASSWORD)
        user.save()
    return 0


if __name__ == "__main__":
    sys.exit(main())
