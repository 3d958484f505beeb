"""People are called until somebody has read it; what leaves the house is plain; nothing is lost and nothing shown twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.db import connection

from gongzhi.city.kernel import clock
from gongzhi.city.kernel.errors import NotAllowed
from gongzhi.city.kernel.references import Standing
from gongzhi.city.messages import actions, channels, queries
from gongzhi.city.messages.actions import BACKOFF, Somebody
from gongzhi.city.messages.checks import check_messages
from gongzhi.city.messages.errors import NobodyToCall, NoSuchMessage, NotFailed, NotPlain, UnknownChannel
from gongzhi.city.messages.models import Message, Summons
from gongzhi.city.people.models import User
from gongzhi.engine.instants import parse_instant

THREE = parse_instant("2024-10-15 03:00")
PLAIN = "大冶总值班室：JJ2024000001请马上处置。"


@pytest.fixture
def people(db):
    return [
        User.objects.create(username=name, name=name, phone=phone)
        for name, phone in (("周敏", "13871810001"), ("石书记", "13871810003"), ("没电话", ""))
    ]


@pytest.fixture
def outbox(settings, tmp_path):
    settings.GONGZHI_MESSAGES = (tmp_path / "out box").as_uri()
    settings.GONGZHI_MESSAGES_CHANNELS = ["sms", "wecom"]
    return tmp_path / "out box"


def somebody(user):
    return Somebody(name=user.name, person=user.person, phone=user.phone)


def standing(user, role="officer", **more):
    return Standing(person=user.person, role=role, name=user.name, **more)


def states(summons):
    rows = summons.messages.order_by("rung", "name", "channel")
    return [(each.rung, each.name, each.channel, each.state) for each in rows]


@pytest.mark.parametrize(
    "plain",
    [
        "",
        "值" * 71,
        "请回电13871810001",
        "当事人420281199001011237的情况",
        "请回拨0714-8722222",
    ],
)
def test_only_plain_words_leave_the_house(people, outbox, plain):
    with pytest.raises(NotPlain):
        actions.call("k", [[(somebody(people[0]), "sms")]], "文", plain)
    assert not Summons.objects.exists()


def test_a_case_number_is_plain(people, outbox):
    assert actions.call("k", [[(somebody(people[0]), "sms")]], "文", PLAIN).plain == PLAIN


def test_it_needs_people_and_known_channels(people, settings):
    settings.GONGZHI_MESSAGES = ""
    with pytest.raises(NobodyToCall):
        actions.call("k", actions.ladder([]), "文", PLAIN)
    with pytest.raises(UnknownChannel):
        actions.call("k", [[(somebody(people[0]), "sms")]], "文", PLAIN)
    # without a gateway the ladder stays inside the site
    assert actions.ladder([somebody(people[0])]) == [[(somebody(people[0]), "in_app")]]


def test_it_says_the_same_thing_once(people, outbox):
    first = actions.call("shift:1", actions.ladder([somebody(people[0])]), "文", PLAIN)
    assert actions.call("shift:1", actions.ladder([somebody(people[1])]), "别的", PLAIN) == first
    assert Message.objects.count() == 2


@pytest.mark.parametrize(("minutes", "rung"), [(9, 0), (10, 1), (11, 1)])
def test_it_calls_the_next_rung_after_ten_minutes(people, outbox, minutes, rung):
    with clock.frozen(THREE):
        rungs = actions.ladder([somebody(people[0])], [somebody(people[1])])
        summons = actions.call("k", rungs, "文", PLAIN, wait=10)
    with clock.frozen(THREE + timedelta(minutes=minutes)):
        actions.climb_due()
        actions.climb_due()
    summons.refresh_from_db()
    assert summons.rung == rung


def test_who_reads_it_ends_the_calling(people, outbox):
    zhou, shi, _none = people
    with clock.frozen(THREE):
        rungs = actions.ladder([somebody(zhou)], [somebody(shi)])
        summons = actions.call("k", rungs, "文", PLAIN, wait=10)
        assert [each.summons for each in queries.mine(standing(zhou))] == [summons]
        assert queries.mine(standing(shi)) == []
        message = queries.my_message(standing(zhou), queries.mine(standing(zhou))[0].pk)
        with pytest.raises(NoSuchMessage):
            actions.read(standing(shi), message)
        actions.read(standing(zhou), message)
        assert not actions.answered(standing(shi), summons)
    with clock.frozen(THREE + timedelta(hours=1)):
        actions.climb_due()
    summons.refresh_from_db()
    assert (summons.state, summons.rung, summons.answered_name) == ("answered", 0, "周敏")
    assert queries.mine(standing(zhou)) == []


def test_a_clock_set_back_reads_nothing_before_it_was_sent(people, outbox):
    zhou = people[0]
    with clock.frozen(THREE):
        summons = actions.call("k", actions.ladder([somebody(zhou)]), "文", PLAIN, wait=10)
        sent = queries.mine(standing(zhou))[0]
    with clock.frozen(THREE - timedelta(minutes=5)):
        actions.answered(standing(zhou), summons)
    sent.refresh_from_db()
    assert (sent.state, sent.read_at) == ("read", sent.sent_at)


def test_it_puts_letters_into_a_folder(people, outbox):
    with clock.frozen(THREE):
        actions.call("k", actions.ladder([somebody(people[0])]), "里面才看得到的内容", PLAIN)
        assert actions.deliver_due() == 1
        assert actions.deliver_due() == 0
    (file,) = outbox.iterdir()
    letter = json.loads(file.read_text())
    message = Message.objects.get(channel="sms")
    assert file.name == f"{message.pk}.json" and file.stat().st_mode & 0o077 == 0
    assert letter == {
        "id": str(message.pk),
        "channel": "sms",
        "to": "13871810001",
        "text": PLAIN,
        "at": message.created_at.isoformat(),
    }
    assert (message.state, message.receipt) == ("sent", file.name)


def test_it_keeps_the_number_sealed(people, outbox):
    actions.call("k", actions.ladder([somebody(people[0])]), "文", PLAIN)
    with connection.cursor() as cursor:
        cursor.execute("SELECT rungs, office_id FROM outgoing_summons")
        assert "13871810001" not in str(cursor.fetchall())
        cursor.execute('SELECT "to" FROM outgoing_message')
        assert "13871810001" not in str(cursor.fetchall())


@pytest.mark.parametrize(("days", "kept"), [(30, True), (31, False)])
def test_it_forgets_numbers_after_a_month(people, outbox, days, kept):
    with clock.frozen(THREE):
        actions.call("k", [[(somebody(people[0]), "sms")]], "文", PLAIN)
        actions.deliver_due()
    with clock.frozen(THREE + timedelta(days=days)):
        actions.forget_numbers()
    assert bool(Message.objects.get().to) is kept and Message.objects.get().state == "sent"


def test_a_folder_that_is_no_folder_fails_and_the_next_one_is_called(people, settings, tmp_path):
    (tmp_path / "file").write_text("")
    settings.GONGZHI_MESSAGES = (tmp_path / "file").as_uri()
    zhou, shi, _none = people
    with clock.frozen(THREE):
        summons = actions.call("k", [[(somebody(zhou), "sms")], [(somebody(shi), "in_app")]], "文", PLAIN)
    at = THREE
    for wait in (timedelta(), *BACKOFF):
        at += wait
        with clock.frozen(at):
            assert actions.deliver_due() == 0
            actions.climb_due()
    assert states(summons) == [(0, "周敏", "sms", "failed"), (1, "石书记", "in_app", "sent")]
    message = Message.objects.get(channel="sms")
    assert message.attempts == len(BACKOFF) + 1 and message.error
    with clock.frozen(at):
        assert not check_messages(True).ok
        by = standing(zhou, "admin")
        actions.send_again(by, message)
        with pytest.raises(NotFailed):
            actions.send_again(by, message)
        with pytest.raises(NotAllowed):
            actions.send_again(standing(shi, "resident"), message)


def test_who_has_no_phone_is_not_written_to(people, outbox):
    none = people[2]
    summons = actions.call("k", [[(somebody(none), "sms")]], "文", PLAIN)
    assert states(summons) == [(0, "没电话", "sms", "failed")]


class Gateway(BaseHTTPRequestHandler):
    """A city's text message service: refuses the first ``deaf`` letters, knows ids that it has had."""

    deaf = 0
    status = 503
    seen: list[dict] = []
    signed: list[bool] = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        wanted = channels.signature("geheim", self.headers["X-Gongzhi-Time"], body)
        Gateway.signed.append(self.headers["X-Gongzhi-Signature"] == wanted)
        if Gateway.deaf:
            Gateway.deaf -= 1
            self.send_response(Gateway.status)
            self.send_header("Location", "/elsewhere")
            self.end_headers()
            return
        Gateway.seen.append(json.loads(body))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"id": "gw-7"}')

    def log_message(self, *args):
        pass


@pytest.fixture
def gateway(settings):
    server = HTTPServer(("127.0.0.1", 0), Gateway)
    Gateway.deaf, Gateway.status, Gateway.seen, Gateway.signed = 0, 503, [], []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    settings.GONGZHI_MESSAGES = f"http://127.0.0.1:{server.server_port}/send"
    settings.GONGZHI_MESSAGES_SECRET = "geheim"
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_deaf_service_is_asked_again_a_little_later(people, gateway):
    Gateway.deaf = 2
    with clock.frozen(THREE):
        actions.call("k", [[(somebody(people[0]), "sms")]], "文", PLAIN)
        assert actions.deliver_due() == 0
    with clock.frozen(THREE + timedelta(seconds=1.9)):
        assert actions.deliver_due() == 0 and len(Gateway.signed) == 1
    with clock.frozen(THREE + timedelta(seconds=2)):
        assert actions.deliver_due() == 0
    with clock.frozen(THREE + timedelta(seconds=12)):
        assert actions.deliver_due() == 1
    message = Message.objects.get()
    assert (message.state, message.attempts, message.receipt) == ("sent", 2, "gw-7")
    assert Gateway.signed == [True] * 3
    assert [each["id"] for each in Gateway.seen] == [str(message.pk)]


@pytest.mark.parametrize(("status", "state"), [(410, "failed"), (503, "waiting"), (302, "waiting")])
def test_it_knows_what_will_never_work_and_follows_nobody(people, gateway, status, state):
    Gateway.deaf, Gateway.status = 1, status
    with clock.frozen(THREE):
        actions.call("k", [[(somebody(people[0]), "sms")]], "文", PLAIN)
        actions.deliver_due()
    message = Message.objects.get()
    assert (message.state, message.error, Gateway.seen) == (state, f"HTTP {status}", [])


@pytest.mark.parametrize(
    ("line", "body"),
    [(b"not http at all", b""), (b"HTTP/1.1 200 OK", b"[" * 9000), (b"HTTP/1.1 200 OK", b"\xff{")],
)
def test_nonsense_from_a_service_holds_up_nobody(people, settings, line, body):
    class Nonsense(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.wfile.write(line + b"\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Nonsense)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    settings.GONGZHI_MESSAGES = f"http://127.0.0.1:{server.server_port}/send"
    try:
        with clock.frozen(THREE):
            actions.call("k", [[(somebody(people[0]), "sms"), (somebody(people[1]), "sms")]], "文", PLAIN)
            sent = actions.deliver_due()
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    took_it = line.startswith(b"HTTP")
    assert sent == (2 if took_it else 0)
    assert set(Message.objects.values_list("attempts", "receipt")) == {(0 if took_it else 1, "")}


def test_it_says_so_when_nobody_listens(people, settings):
    settings.GONGZHI_MESSAGES = "http://127.0.0.1:9/"
    actions.call("k", [[(somebody(people[0]), "sms")]], "文", PLAIN)
    assert actions.deliver_due() == 0
    assert Message.objects.get().error == "URLError"


def test_two_senders_send_once(people, outbox):
    with clock.frozen(THREE):
        actions.call("k", [[(somebody(people[0]), "sms")]], "文", PLAIN)
        key = str(Message.objects.get().pk)
        from gongzhi.city.messages.actions.delivering import claim

        assert claim(key, THREE) is not None
        assert claim(key, THREE) is None and actions.deliver_due() == 0
    later = THREE + timedelta(seconds=20)
    with clock.frozen(later):  # whoever held it has died
        assert actions.deliver_due() == 1


KILLED = """
import os, signal, django
django.setup()
from gongzhi.city.messages import channels
from gongzhi.city.messages.actions import deliver

class Dying(channels.Spool):
    def deliver(self, letter):
        channels.Spool.deliver(self, letter)
        os.kill(os.getpid(), signal.SIGKILL)

channels.gateway = lambda: Dying(channels.Path(os.environ["OUTBOX"]))
deliver(os.environ["MESSAGE"])
"""


@pytest.mark.django_db(transaction=True)
def test_killed_after_sending_it_is_sent_again_and_shown_once(transactional_db, outbox, settings):
    user = User.objects.create(username="周敏", name="周敏", phone="13871810001")
    actions.call("k", [[(somebody(user), "sms")]], "文", PLAIN)
    message = Message.objects.get()
    environment = {
        **os.environ,
        "OUTBOX": str(outbox),
        "MESSAGE": str(message.pk),
        "GONGZHI_MESSAGES": outbox.as_uri(),
        **_database(),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    outbox.mkdir()
    died = subprocess.run([sys.executable, "-c", KILLED], env=environment, check=False, capture_output=True)
    assert died.returncode == -signal.SIGKILL, died.stderr
    assert len(list(outbox.glob("*.json"))) == 1
    message.refresh_from_db()
    assert message.state == "waiting" and actions.deliver_due() == 0
    assert actions.deliver_due(clock.now() + timedelta(seconds=21)) == 1
    assert [each.name for each in outbox.glob("*.json")] == [f"{message.pk}.json"]
    message.refresh_from_db()
    assert message.state == "sent"


def _database():
    """Where this test's database is, for another process."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return {"DATABASE_URL": f"sqlite:///{values['NAME']}"}
    host = str(values["HOST"]).replace("/", "%2F")
    return {"DATABASE_URL": f"postgres://{values['USER']}@{host}/{values['NAME']}"}
