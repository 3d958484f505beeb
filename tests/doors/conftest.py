"""A small demo city served by a real server, and browsers that complain about everything that goes wrong in them."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gongzhi.city.cli.serve import answers
from tests.doors.people import Browsing, Site
from tools.server import Server

ROOT = Path(__file__).resolve().parents[2]
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
#: a phone and a desk
WIDTHS = {"phone": 390, "desk": 1440}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def site(chromium_path: Path) -> Iterator[Site]:
    """The city, served on a free port of loopback until the session ends.

    GONGZHI_SITE=http://127.0.0.1:8000 walks through a demo that runs already instead.
    """
    if running := os.environ.get("GONGZHI_SITE"):
        yield Site(address=running.rstrip("/"))
        return
    with tempfile.TemporaryDirectory(prefix="gongzhi-doors-") as home:
        environment = _environment(home)
        built = subprocess.run(
            [sys.executable, str(Path(__file__).parent / "build_city.py")],
            env=environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert built.returncode == 0, built.stdout + built.stderr
        port = _free_port()
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
        command += ["--port", str(port), "--workers", "1", "--blocking-threads", "4", "--no-ws"]
        command += ["gongzhi.city.project.wsgi:application"]
        server = Server(
            ["/usr/bin/env", *_changed(environment), *command], says="Started worker", folder=ROOT
        )
        try:
            assert server.wait() and answers("127.0.0.1", port, 60), "".join(server.log)
            yield Site(address=f"http://127.0.0.1:{port}")
        finally:
            server.stop()
        # a page that failed with a 500 leaves its trace here; the browsers fail on the answer itself
        assert "Traceback" not in "".join(server.log), "".join(server.log)


def _environment(home: str) -> dict[str, str]:
    dropped = {"DATABASE_URL", "CELERY_BROKER_URL", "GONGZHI_FILES", "GONGZHI_STATIC", "SECRET_KEY"}
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    path = os.pathsep.join([str(ROOT / "src"), kept.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    # jobs run at once, so that what they do is there when the page comes back
    own = {"GONGZHI_HOME": home, "GONGZHI_CITY_NAME": "大冶市", "GONGZHI_TASKS": "immediate"}
    return {**kept, **own, "PYTHONPATH": path, "SECRET_KEY": "only-for-tests-" + "0" * 50}


def _changed(environment: dict[str, str]) -> list[str]:
    """NAME=value words for env(1): what the server's environment must have beyond ours."""
    unset = [word for name in os.environ if name not in environment for word in ("-u", name)]
    different = [f"{name}={value}" for name, value in environment.items() if os.environ.get(name) != value]
    return unset + different


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@pytest.fixture(scope="session")
def chromium(chromium_path: Path) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture(params=WIDTHS, ids=str)
def width(request: pytest.FixtureRequest) -> int:
    """At 390 and at 1440 px."""
    return WIDTHS[request.param]


@pytest.fixture
def browse(site: Site, chromium: Any) -> Iterator[Callable[..., Browsing]]:
    """``browse("limin", width)`` is 李敏 at her own browser, signed in; ``browse("", width)`` is a villager.

    At the end of the test, whatever a browser complained about fails it.
    """
    opened: list[Browsing] = []

    def make(username: str = "", width: int = 1440, **more: Any) -> Browsing:
        browsing = Browsing(site, chromium, width, **more)
        opened.append(browsing)
        if username:
            browsing.sign_in(username)
        return browsing

    yield make
    complaints = [complaint for browsing in opened for complaint in browsing.complaints]
    for browsing in opened:
        browsing.close()
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def shot_name(request: pytest.FixtureRequest) -> str:
    """A file name for this test's pictures."""
    return re.sub(r"\W+", "-", request.node.name).strip("-")
