"""Signing in: accounts, lock-out, second factor, no sign-up, and the browser's rules."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import override_settings

from gongzhi.city.people.models import User
from gongzhi.city.people.tests.provider import provider

pytestmark = pytest.mark.django_db
PASSWORD = "correct-horse-9"


@pytest.fixture
def alice():
    return User.objects.create_user("alice", password=PASSWORD, name="王丽")


def sign_in(client, password=PASSWORD, **extra):
    return client.post("/accounts/login/", {"login": "alice", "password": password}, **extra)


def test_it_signs_in_with_the_right_password(client, alice):
    answer = sign_in(client)
    assert answer.status_code == 302 and answer.url == "/start/"


def test_it_counts_all_ways_of_writing_a_name_together(client, alice):
    for name in ("alice", "Alice", "ALICE", " alice", "aLICE"):
        client.post("/accounts/login/", {"login": name, "password": "wrong-password"})
    for name in ("alice", "ALice"):
        answer = client.post("/accounts/login/", {"login": name, "password": PASSWORD})
        assert answer.status_code == 429, name


def test_it_locks_one_name_from_one_address_and_nobody_else(client, alice):
    for _ in range(5):
        sign_in(client, "wrong-password")
    locked = sign_in(client)
    assert locked.status_code == 429 and "15分钟" in locked.content.decode()
    assert sign_in(client, REMOTE_ADDR="10.0.0.9").status_code == 302


def test_it_forgets_wrong_passwords_after_a_right_one(client, alice):
    for _ in range(2):
        for _ in range(4):
            sign_in(client, "wrong-password")
        assert sign_in(client).status_code == 302
        client.logout()


def test_it_asks_for_the_second_factor(client, alice):
    TOTP.activate(alice, generate_totp_secret())
    RecoveryCodes.activate(alice)
    answer = sign_in(client)
    assert answer.status_code == 302 and "2fa" in answer.url
    assert "_auth_user_id" not in client.session


def test_it_offers_no_sign_up(client):
    client.post("/accounts/signup/", {"username": "eve", "password1": PASSWORD, "password2": PASSWORD})
    assert not User.objects.exists()


def test_it_sends_a_policy_without_inline_scripts(client):
    policy = client.get("/accounts/login/").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "unsafe-inline" not in policy and "unsafe-eval" not in policy


def test_it_speaks_chinese_first_and_english_on_request(client):
    assert client.get("/accounts/login/").headers["Content-Language"] == "zh-hans"
    assert client.get("/accounts/login/", HTTP_ACCEPT_LANGUAGE="en").headers["Content-Language"] == "en"


@override_settings(SECURE_SSL_REDIRECT=True)
def test_it_moves_to_https_where_that_is_switched_on(client):
    answer = client.get("/accounts/login/")
    assert answer.status_code == 301 and answer.url.startswith("https://")


# --- the unified identity


@pytest.fixture
def unified(settings):
    """A provider that vouches for whoever ``person`` names."""
    with provider() as (address, person):
        app = {
            "provider_id": "unified",
            "name": "统一身份认证",
            "client_id": "gongzhi",
            "secret": "s",
            "settings": {"server_url": address},
        }
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
        yield person


def arrive(client):
    """Go to the provider and come back with its code."""
    there = client.post("/accounts/oidc/unified/login/")
    assert there.status_code == 302 and "code_challenge" in there.url
    query = parse_qs(urlsplit(there.url).query)
    return client.get("/accounts/oidc/unified/login/callback/", {"code": "c", "state": query["state"][0]})


def test_it_lets_in_whom_the_unified_identity_knows_by_an_account_here(client, alice, unified):
    unified.update(sub="42", preferred_username="alice")
    arrive(client)
    assert client.session["_auth_user_id"] == str(alice.pk)
    client.logout()
    unified.update(sub="42", preferred_username="renamed there")
    arrive(client)
    assert client.session["_auth_user_id"] == str(alice.pk)


@pytest.mark.parametrize("username", ["nobody-here", "", None])
def test_it_refuses_whom_only_the_unified_identity_knows(client, alice, unified, username):
    unified.update(sub="43", preferred_username=username)
    answer = arrive(client)
    assert answer.status_code == 302 and answer.url.endswith("/accounts/login/")
    assert "_auth_user_id" not in client.session and User.objects.count() == 1


def test_it_refuses_a_closed_account_of_the_unified_identity(client, alice, unified):
    alice.is_active = False
    alice.save()
    unified.update(sub="42", preferred_username="alice")
    arrive(client)
    assert "_auth_user_id" not in client.session
