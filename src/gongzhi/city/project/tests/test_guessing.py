"""Trying out tracking codes: the one who does it is stopped, everybody else goes on."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from gongzhi.city.kernel import ids

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def few(settings):
    cache.clear()
    settings.GONGZHI_TRACKING_MISSES = 3
    yield
    cache.clear()


@pytest.mark.parametrize(
    "address", ["/t/{}/", "/t/?code={}", "/api/v1/track/{}", "/open311/v2/tokens/{}.json"]
)
def test_it_stops_whoever_tries_codes_out(client, address):
    found = [client.get(address.format(ids.tracking_code())).status_code for _ in range(5)]
    assert found == [404, 404, 404, 429, 429]
    other = client.get(address.format(ids.tracking_code()), REMOTE_ADDR="10.0.0.9")
    assert other.status_code == 404


def test_it_counts_no_slips_of_the_pen(client):
    good = ids.tracking_code()
    wrong = good[:-1] + ("0" if good[-1] != "0" else "1")
    assert {client.get(f"/t/?code={wrong}").status_code for _ in range(5)} == {404}
    assert client.get("/t/").status_code == 200


def test_it_says_what_to_do(client):
    for _ in range(3):
        client.get(f"/t/{ids.tracking_code()}/")
    page = client.get(f"/t/{ids.tracking_code()}/")
    assert page.status_code == 429 and "热线" in page.content.decode()
    said = client.get(f"/api/v1/track/{ids.tracking_code()}")
    assert said.status_code == 429 and said.json()["code"] == "P107"
