"""The OpenAPI document and its page."""

from __future__ import annotations

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from gongzhi.city.api.scopes import SCOPES

pytestmark = pytest.mark.django_db


def test_it_is_a_valid_openapi_document(client):
    document = client.get("/api/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    validate(document, cls=OpenAPIV31SpecValidator)


def test_it_documents_the_error_shape_everywhere(client):
    for path, methods in client.get("/api/openapi.json").json()["paths"].items():
        for operation in methods.values():
            wanted = {"400", "422", *(("401", "403") if operation.get("security") else ())}
            assert wanted <= set(operation["responses"]), path
            for status, response in operation["responses"].items():
                if status >= "400":
                    assert response["content"]["application/json"]["schema"]["$ref"].endswith("/Error")


def test_it_takes_nothing_lax(client):
    schemas = client.get("/api/openapi.json").json()["components"]["schemas"]
    for name, schema in schemas.items():
        if name.endswith("In"):
            assert schema["additionalProperties"] is False, name


def test_it_reads_itself_aloud_without_scripts(client):
    page = client.get("/api/")
    text = page.content.decode()
    assert (
        page.status_code == 200
        and "<script" not in text
        and "http://" not in text.replace("http://testserver", "")
    )
    assert all(scope in text for scope in SCOPES)
    assert "/api/v1/cases/{case_id}/choose" in text
