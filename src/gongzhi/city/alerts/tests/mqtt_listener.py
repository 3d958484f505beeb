"""A process that listens for the feeds of the meters, until it is killed."""

import sys
import threading

import django

django.setup()

from gongzhi.city.alerts import catalogue  # noqa: E402 - models need a set-up Django
from gongzhi.city.alerts.listening import Broker, Listener  # noqa: E402
from gongzhi.city.alerts.tests.meters import Meters  # noqa: E402
from gongzhi.city.kernel.references import SYSTEM  # noqa: E402

catalogue.register(Meters())
catalogue.register_known(lambda register: frozenset({"M1", "M2", "M3"}))
Listener(Broker.of(sys.argv[1]), SYSTEM, at_once=True).run(threading.Event())
