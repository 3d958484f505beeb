"""Schemathesis reads the OpenAPI document and tries what it promises, and what it forbids.

Derandomised, so that every run plays the same examples. Requests go through the whole WSGI application. What depends on
rows that only a person could have made (a right case id, an open step) is answered with 4xx, so ``positive_data_acceptance``
is not asked; the other tests of this room do that.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import msgspec
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from gongzhi.city.api.v1.api import document
from gongzhi.city.cases.tests.cast import dispatched, reported

pytestmark = pytest.mark.django_db
EXAMPLES = 20
SCHEMA = schemathesis.openapi.from_dict(json.loads(msgspec.json.encode(document())))
OPERATIONS = {found.ok().label: found.ok() for found in SCHEMA.get_all_operations()}
STEADY = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
load_all_checks()
NOT_ASKED = [CHECKS.get_one("positive_data_acceptance"), CHECKS.get_one("ignored_auth")]


@lru_cache(maxsize=1)
def application() -> Any:
    from django.core.wsgi import get_wsgi_application

    return get_wsgi_application()


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """Requests share the test's transaction, as Django's own test client lets them."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def fuzz(operation: Any, mode: GenerationMode, headers: dict[str, str], real: dict[str, str]) -> None:
    """Send examples of one kind and hold the answers against the document.

    ``real`` are ids that exist: without them every example would stop at "not found".
    """

    @STEADY
    @given(case=operation.as_strategy(generation_mode=mode))
    def play(case: Any) -> None:
        if mode is GenerationMode.POSITIVE:
            case.path_parameters = {
                name: real.get(name, value) for name, value in case.path_parameters.items()
            }
            if isinstance(case.body, dict) and "mechanism" in case.body:
                case.body |= {"mechanism": "mini", "type": "appeal"}
        case.call_and_validate(headers=headers, excluded_checks=NOT_ASKED, app=application())

    try:
        play()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE, "there is nothing wrong to be said where everything is a text"


def whose(label: str) -> str:
    """Somebody who may: 李敏 takes calls, 陈刚 imports, 吴值班 has the duty room."""
    if "import" in label:
        return "chen"
    return "li" if label.startswith("POST") else "wu"


@pytest.fixture
def real(cast: Any) -> dict[str, str]:
    receipt = reported(cast)
    dispatched(cast, receipt.case)
    return {"case_id": receipt.case, "code": receipt.tracking_code, "mechanism_id": "mini"}


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("label", OPERATIONS)
def test_it_keeps_its_word_to_whom_it_knows(
    program: Any, real: dict[str, str], label: str, mode: GenerationMode
) -> None:
    token = program(whose(label)).token
    fuzz(OPERATIONS[label], mode, {"Authorization": f"Bearer {token}"}, real)


@pytest.mark.parametrize("label", OPERATIONS)
def test_it_keeps_its_word_to_strangers(real: dict[str, str], label: str) -> None:
    fuzz(OPERATIONS[label], GenerationMode.POSITIVE, {}, real)
