"""Where the tests run: on which database, in which home, with what the machine has.

``--database sqlite`` (the default) or ``--database postgres``, which starts a throw-away cluster once for the
session and all its xdist workers; a DATABASE_URL from outside is used when the option is not given.
"""

from __future__ import annotations

import base64
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tools.broker import Broker
from tools.cluster import Cluster, NoPostgres
from tools.machine import MISSING, find_chromium, find_redis

#: every scenario of a mechanism's folder is a test
pytest_plugins = ["gongzhi.engine.mechanisms.pytest_plugin"]
#: a ring of field keys: id:base64 of 32 bytes; the city refuses to start without one on a real database
TEST_KEYS = ",".join(
    f"{name}:{base64.b64encode(name.encode().ljust(32, b'-')).decode()}" for name in ("index", "k1")
)
SETTINGS = Path(__file__).parent / "src" / "gongzhi" / "city" / "project" / "settings.py"

#: machines differ in speed, so no example has a deadline; make test plays the same examples every time
settings.register_profile("searching", deadline=None)
settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("searching")

_home: Path | None = None
_cluster: Cluster | None = None


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=("sqlite", "postgres"),
        default=None,
        help="run the city on SQLite, or on a throw-away PostgreSQL cluster",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Before Django reads its settings: a home of our own, a key, a database."""
    global _home
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    _home = Path(tempfile.mkdtemp(prefix=f"gongzhi-test-{worker or 'main'}-"))
    os.environ["GONGZHI_HOME"] = str(_home)
    if SETTINGS.exists():
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongzhi.city.project.settings")
    os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "0" * 50)
    os.environ.setdefault("GONGZHI_FIELD_KEYS", TEST_KEYS)
    if not worker:  # the controller chooses the database; xdist's workers inherit its DATABASE_URL
        _choose_database(config.getoption("--database"))
    if SETTINGS.exists():
        _load_settings()


def _choose_database(choice: str | None) -> None:
    global _cluster
    if choice == "sqlite":
        os.environ.pop("DATABASE_URL", None)
    if choice == "postgres":
        try:
            _cluster = Cluster.start()
        except NoPostgres as error:
            raise pytest.UsageError(str(error)) from error
        os.environ["DATABASE_URL"] = _cluster.url


def _load_settings() -> None:
    """Now, so that pytest-django (which looks after us) sets Django up with what was chosen above."""
    from django.conf import settings

    from gongzhi.city.journal.testing import let_tests_flush

    assert settings.DATABASES
    let_tests_flush()


def pytest_unconfigure() -> None:
    if _cluster:
        _cluster.stop()
    if _home:
        shutil.rmtree(_home, ignore_errors=True)


def pytest_report_header() -> str:
    url = os.environ.get("DATABASE_URL", "")
    return f"database: {'PostgreSQL' if url.startswith('postgres') else url or 'SQLite'}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out, with a plain reason, what this machine or this run cannot do."""
    reasons: dict[str, str] = {}
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        reasons["postgres"] = "runs on PostgreSQL only: pytest --database postgres"
    if find_redis() is None:
        reasons["broker"] = MISSING["redis"]
    if find_chromium() is None:
        reasons["browser"] = MISSING["chromium"]
    for item in items:
        for name, reason in reasons.items():
            if item.get_closest_marker(name):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """Real inputs that are not part of the repository; a test that wants them is left out where they are absent."""
    given = os.environ.get("GONGZHI_DATA")
    folder = Path(given) if given else Path(__file__).resolve().parent.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"the real inputs are not here ({folder}); set GONGZHI_DATA to their folder")
    return folder


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A throw-away Redis for tests that are marked ``broker``; gives CELERY_BROKER_URL's value."""
    with Broker.start() as broker:
        yield broker.url


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """The browser that Playwright drives: ``launch(executable_path=chromium_path)``."""
    found = find_chromium()
    if found is None:
        pytest.skip(MISSING["chromium"])
    return found
