"""Settings refuse what is wrong, make secrets once, and are all explained."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as live
from django.core.exceptions import ImproperlyConfigured

from gongzhi.city.project import checks
from gongzhi.city.project import environment as env

ROOT = Path(__file__).resolve().parents[5]


@pytest.mark.parametrize(
    ("value", "expected"), [("", True), ("on", True), ("OFF", False), ("0", False), ("yes", True)]
)
def test_it_reads_switches(monkeypatch, value, expected):
    monkeypatch.setenv("X", value)
    assert env.switch("X", True) is expected


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (lambda: env.switch("X", True), "maybe"),
        (lambda: env.number("X", 5, least=1, most=9), "0"),
        (lambda: env.number("X", 5, least=1, most=9), "10"),
        (lambda: env.number("X", 5), "-1"),
        (lambda: env.number("X", 5), "五"),
        (lambda: env.one_of("X", "a", {"a": 1, "b": 2}), "c"),
        (lambda: env.address("X", schemes=("https",)), "http://x:secret@y"),
        (lambda: env.folder("X", "."), "/dev/null/x"),
    ],
)
def test_it_refuses_wrong_values_by_name_and_tells_no_password(monkeypatch, read, value):
    monkeypatch.setenv("X", value)
    with pytest.raises(ImproperlyConfigured, match="X") as refused:
        read()
    assert "secret" not in str(refused.value)


def test_it_makes_a_secret_once_for_its_owner_only(tmp_path, monkeypatch):
    monkeypatch.delenv("X", raising=False)
    first = env.secret("X", tmp_path / "key", "text")
    assert env.secret("X", tmp_path / "key", "text") == first and len(first) > 50
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["key"]
    (tmp_path / "key").chmod(0o644)
    with pytest.raises(ImproperlyConfigured, match="chmod 600"):
        env.secret("X", tmp_path / "key", "text")


def test_it_wants_secrets_from_outside_where_several_machines_share_a_database(monkeypatch):
    monkeypatch.delenv("X", raising=False)
    with pytest.raises(ImproperlyConfigured, match="X must be set"):
        env.secret("X", None, "text")


def start(tmp_path: Path, **given: str) -> subprocess.CompletedProcess[str]:
    """A fresh process with only these variables."""
    clean = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
    code = "import django; django.setup(); from django.core.checks import run_checks, Tags; print([m.id for m in run_checks(tags=['gongzhi'])])"
    return subprocess.run(
        [sys.executable, "-c", code],
        env={
            **clean,
            "GONGZHI_HOME": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "gongzhi.city.project.settings",
            **given,
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_starts_with_nothing_set_and_keeps_its_keys(tmp_path):
    assert start(tmp_path).stdout.strip() == "[]"
    kept = (tmp_path / "field_keys").read_text()
    assert start(tmp_path).returncode == 0 and (tmp_path / "field_keys").read_text() == kept


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"DATABASE_URL": "postgres://u@h/d"}, "SECRET_KEY must be set"),
        ({"DATABASE_URL": "postgres://u@h/d", "SECRET_KEY": "x" * 50}, "GONGZHI_FIELD_KEYS must be set"),
        ({"DATABASE_URL": "mysql://u@h/d"}, "DATABASE_URL"),
        ({"GONGZHI_DEBUG": "perhaps"}, "GONGZHI_DEBUG='perhaps'"),
        ({"GONGZHI_TASKS": "kafka"}, "database or celery"),
    ],
)
def test_it_refuses_to_start_with_wrong_settings(tmp_path, given, words):
    answer = start(tmp_path, **given)
    assert answer.returncode != 0 and words in answer.stderr


@pytest.mark.parametrize(
    ("check", "changes", "found"),
    [
        (checks.check_field_keys, {"GONGZHI_FIELD_KEYS": "k1:x"}, "gongzhi.E001"),
        (checks.check_home, {"GONGZHI_HOME": Path("/nowhere")}, "gongzhi.E002"),
        (checks.check_hosts, {"ALLOWED_HOSTS": ["*"]}, "gongzhi.W003"),
        (checks.check_debug, {"DEBUG": True}, "gongzhi.E007"),
        (
            checks.check_broker,
            {
                "TASKS": {"default": {"BACKEND": "gongzhi.city.jobs.broker.CeleryBackend"}},
                "CELERY_BROKER_URL": "",
            },
            "gongzhi.E006",
        ),
    ],
)
def test_it_tells_configuration_mistakes_with_a_hint(settings, check, changes, found):
    assert check() == []
    for name, value in changes.items():
        setattr(settings, name, value)
    [message] = check()
    assert message.id == found and message.hint


def test_it_wants_a_complete_and_safe_identity_provider(settings):
    app = {"client_id": "", "secret": "", "settings": {"server_url": "http://idp.example.gov.cn"}}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    assert [message.id for message in checks.check_unified_identity()] == ["gongzhi.E004", "gongzhi.E005"]


def test_it_explains_every_variable():
    project = ROOT / "src/gongzhi/city/project"
    code = "\n".join(path.read_text(encoding="utf-8") for path in project.glob("*.py"))
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', code))
    explained = set(
        re.findall(
            r"^\| `([A-Z_]+)`", (ROOT / "docs/reference/settings.md").read_text(encoding="utf-8"), re.M
        )
    )
    assert len(read) > 20 and read <= explained


def test_it_keeps_settings_short():
    lines = (ROOT / "src/gongzhi/city/project/settings.py").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 150


def test_it_uses_sqlite_as_measured():
    if live.ON_SERVER:
        pytest.skip("runs on SQLite only")
    options = live.DATABASES["default"]["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE" and "journal_mode=WAL" in options["init_command"]
