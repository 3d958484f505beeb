"""Readings from an MQTT broker: a message is acknowledged when it is kept on disk and in the database, not before.

Topics are ``<prefix>/<mechanism>/<feed>``; a payload is a JSON list of ``{series, at, value}`` or one of them. With QoS 1 and a
session that the broker keeps, nothing is lost while nobody listens; what it sends twice is stored once.
"""

from __future__ import annotations

import logging
import queue
import re
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import msgspec
import paho.mqtt.client as mqtt
from django.db import InterfaceError, OperationalError, connection
from paho.mqtt.enums import CallbackAPIVersion

from gongzhi.city.alerts import keeping
from gongzhi.city.alerts.actions import receive, store
from gongzhi.city.alerts.actions.storing import store_waiting
from gongzhi.city.alerts.errors import NoBroker
from gongzhi.city.alerts.models import Batch
from gongzhi.city.alerts.parsing import Message, readings_of
from gongzhi.city.kernel.references import Standing
from gongzhi.engine.errors import GongzhiError

log = logging.getLogger("gongzhi.feeds")

#: a broker sends no more until what it sent is acknowledged (Mosquitto: 20 unless told otherwise)
MOST = 2000
#: so long nothing comes before what came is kept
IDLE = 0.05
#: who has waited that long is kept with what came until then
LONGEST = 2.0
#: the database is asked again after that
PAUSE = 2.0
#: where payloads go whose topic names no feed of ours
STRAYS = "strays.mqtt"
_TOPIC = re.compile(r"(?:.+/)?([a-z][a-z0-9_]*)/([a-z][a-z0-9_]*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Broker:
    """Where to listen: ``mqtt://user:password@host:1883/prefix``, ``mqtts://`` with TLS."""

    host: str
    port: int
    tls: bool
    user: str
    password: str
    prefix: str

    @classmethod
    def of(cls, address: str) -> Broker:
        """Read an address. Raises NoBroker."""
        parts = urlsplit(address)
        if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname:
            raise NoBroker(broker=parts.hostname or "", why="地址应像 mqtt://主机:1883/gongzhi")
        tls = parts.scheme == "mqtts"
        return cls(
            host=parts.hostname,
            port=parts.port or (8883 if tls else 1883),
            tls=tls,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            prefix=parts.path.strip("/") or "gongzhi",
        )


class Listener:
    """Listens until told to stop."""

    def __init__(
        self, broker: Broker, by: Standing, *, name: str = "gongzhi-feeds", at_once: bool = False
    ) -> None:
        self.broker, self.by, self.at_once = broker, by, at_once
        #: messages that were kept
        self.kept = 0
        self._came: queue.SimpleQueue[mqtt.MQTTMessage] = queue.SimpleQueue()
        self._client = mqtt.Client(
            CallbackAPIVersion.VERSION2, client_id=name, clean_session=False, manual_ack=True
        )
        self._client.on_connect = self._connected
        self._client.on_message = lambda _client, _data, message: self._came.put(message)
        if broker.user:
            self._client.username_pw_set(broker.user, broker.password)
        if broker.tls:
            self._client.tls_set()

    def _connected(
        self, client: mqtt.Client, _data: object, _flags: object, reason: object, _props: object
    ) -> None:
        if getattr(reason, "is_failure", False):
            log.error("the broker %s refuses us: %s", self.broker.host, reason)
            return
        client.subscribe(f"{self.broker.prefix}/+/+", qos=1)

    def run(self, stop: threading.Event) -> int:
        """Until ``stop`` is set; how many messages were kept. A broker that goes away is waited for. Raises NoBroker."""
        try:
            self._client.connect(self.broker.host, self.broker.port, keepalive=30)
        except OSError as error:
            raise NoBroker(broker=self.broker.host, why=error.strerror or str(error)) from error
        if self.at_once:
            # what a killed listener had kept and not stored
            store_waiting()
        self._client.loop_start()
        try:
            while not stop.is_set():
                self._keep(self._gathered(stop), stop)
        finally:
            self._client.disconnect()
            self._client.loop_stop()
        return self.kept

    def _gathered(self, stop: threading.Event) -> list[mqtt.MQTTMessage]:
        """What came together."""
        found: list[mqtt.MQTTMessage] = []
        began = time.monotonic()
        while len(found) < MOST and not stop.is_set():
            try:
                found.append(self._came.get(timeout=IDLE if found else 0.5))
            except queue.Empty:
                break
            if time.monotonic() - began > LONGEST:
                break
        return found

    def _keep(self, messages: Sequence[mqtt.MQTTMessage], stop: threading.Event) -> None:
        """Keep, then acknowledge. While the database is away nothing is acknowledged, and it is tried again."""
        made: list[Batch] = []
        while messages:
            try:
                made = [kept for feed, part in _by_feed(messages) if (kept := self._take(feed, part))]
                break
            except (OperationalError, InterfaceError) as error:
                log.warning("the database is away: %s", error)
                connection.close()
                if stop.wait(PAUSE):
                    return
        for message in messages:
            self._client.ack(message.mid, message.qos)
        self.kept += len(messages)
        if messages and self.at_once:
            for batch in made:
                store(batch.pk)

    def _take(self, feed: str, messages: Sequence[mqtt.MQTTMessage]) -> Batch | None:
        """One batch of what one feed sent; what nobody can read is a broken batch of its own, or a stray."""
        content = joined([bytes(message.payload) for message in messages])
        try:
            return receive(self.by, feed, content=content, channel=Batch.Channel.MQTT, later=not self.at_once)
        except GongzhiError as error:
            log.error("%s: %s", feed, error)
            for message in messages:
                keeping.keep_stray(STRAYS, bytes(message.payload))
            return None


def joined(payloads: Sequence[bytes]) -> bytes:
    """The readings of several payloads as one list; where one can't be read, that one as it came (one payload only)."""
    if len(payloads) == 1 and not _read(payloads[0]):
        return payloads[0] or b"?"
    return msgspec.json.encode([each for payload in payloads for each in _read(payload)])


def _read(payload: bytes) -> list[Message]:
    wrapped = b"[" + payload + b"]" if payload.lstrip()[:1] == b"{" else payload
    try:
        return readings_of(wrapped)
    except msgspec.DecodeError:
        return []


def _by_feed(messages: Sequence[mqtt.MQTTMessage]) -> list[tuple[str, list[mqtt.MQTTMessage]]]:
    """(feed, messages) in order; a message that nobody can read stands alone."""
    found: dict[tuple[str, int], list[mqtt.MQTTMessage]] = {}
    for number, message in enumerate(messages):
        name = _TOPIC.fullmatch(message.topic)
        feed = f"{name[1]}.{name[2]}" if name else message.topic
        found.setdefault((feed, -1 if _read(bytes(message.payload)) else number), []).append(message)
    return [(feed, part) for (feed, _number), part in found.items()]


__all__ = ["Broker", "Listener", "joined"]
