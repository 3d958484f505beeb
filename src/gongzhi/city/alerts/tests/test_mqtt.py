"""A real broker: nothing is lost or doubled when who listens is killed in the middle."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from gongzhi.city.alerts import actions
from gongzhi.city.alerts.errors import NoBroker
from gongzhi.city.alerts.listening import Broker, Listener, joined
from gongzhi.city.alerts.models import Batch
from gongzhi.city.alerts.readings import warehouse
from gongzhi.city.alerts.tests.meters import FEED, rows, there
from gongzhi.city.jobs.tests.processes import process, until
from gongzhi.city.kernel.references import SYSTEM

MOSQUITTO = shutil.which("mosquitto") or (
    "/usr/sbin/mosquitto" if Path("/usr/sbin/mosquitto").exists() else ""
)
COUNT = 60


def test_an_address_says_where_to_listen() -> None:
    plain = Broker.of("mqtts://u:p%40@host/a/b")
    assert (plain.host, plain.port, plain.tls, plain.password, plain.prefix) == (
        "host",
        8883,
        True,
        "p@",
        "a/b",
    )
    with pytest.raises(NoBroker):
        Broker.of("http://host")
    with pytest.raises(NoBroker):
        Listener(Broker.of("mqtt://127.0.0.1:9"), SYSTEM).run(None)  # type: ignore[arg-type]


def test_messages_become_one_list_and_nonsense_stays_as_it_came() -> None:
    one = b'{"series": "M1", "at": "2025-01-07 00:00", "value": 1}'
    assert [each["value"] for each in msgspec.json.decode(joined([one, b"[" + one + b"]"]))] == [1, 1]
    assert joined([b"\xff nonsense"]) == b"\xff nonsense" and joined([b""]) == b"?"


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[int]:
    if not MOSQUITTO:
        pytest.skip("mosquitto is not installed")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    config = tmp_path / "mosquitto.conf"
    config.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\n")
    running = subprocess.Popen(
        [MOSQUITTO, "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    yield port
    running.kill()
    running.wait()


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_or_doubled_when_the_listener_is_killed(
    broker: int, meters: Any, settings: Any, tmp_path: Path
) -> None:
    where, program = f"mqtt://127.0.0.1:{broker}/city", str(Path(__file__).parent / "mqtt_listener.py")
    sender = mqtt.Client(CallbackAPIVersion.VERSION2)
    until(lambda: _reached(sender, broker))
    sender.loop_start()
    with process(program, where, GONGZHI_WAREHOUSE=str(warehouse())) as first:
        # the listener subscribes; from then on the broker keeps what comes for it
        until(lambda: _sent(sender, "city/plants/power", "M1", 0) and Batch.objects.exists())
        for number in range(1, COUNT):
            _sent(sender, "city/plants/power", "M1", number)
            if number == COUNT // 2:
                first.kill()
        first.wait()
    with process(program, where, GONGZHI_WAREHOUSE=str(warehouse())):
        _sent(sender, "city/plants/nothing", "M1", 0)
        _sent(sender, "city/plants/power", "M2", 0)
        until(lambda: ("M2", "2025-01-07 00:00") in there() and len(there()) == COUNT + 1)
        until(lambda: any((warehouse() / "raw" / "feed=strays.mqtt").glob("*")))
    sender.loop_stop()
    for pk in Batch.objects.filter(state="waiting").values_list("pk", flat=True):
        actions.store(pk)
    expected = {(s, at): (v, "late") for s, at, v in rows("M1", "2025-01-07 00:00", range(COUNT))}
    assert there() == expected | {("M2", "2025-01-07 00:00"): (0, "late")}
    assert {batch.feed for batch in Batch.objects.all()} == {FEED}


def _reached(sender: mqtt.Client, port: int) -> bool:
    try:
        sender.connect("127.0.0.1", port)
    except OSError:
        return False
    return True


def _sent(sender: mqtt.Client, topic: str, series: str, number: int) -> bool:
    (line,) = (
        rows(series, "2025-01-07 00:00", [number])
        if number == 0
        else rows(series, "2025-01-07 00:00", range(number + 1))[-1:]
    )
    payload = msgspec.json.encode({"series": line[0], "at": line[1], "value": line[2]})
    sender.publish(topic, payload, qos=1).wait_for_publish(5)
    time.sleep(0.01)
    return True
