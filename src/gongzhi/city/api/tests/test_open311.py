"""GeoReport v2 in both formats; shapes as wiki.open311.org/GeoReport_v2 gives them."""

from __future__ import annotations

from xml.etree import ElementTree

import jsonschema
import pytest

from gongzhi.city.api.tests.program import Program
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.tests.cast import JINHU, dispatched, reported, solved

pytestmark = pytest.mark.django_db
#: numbers come right after the commit, so these commit
COMMITTED = pytest.mark.django_db(transaction=True)
TEXT = {"type": ["string", "null"]}
W3 = {"type": ["string", "null"], "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$"}


def object_of(required, /, **properties):
    return {"type": "object", "required": required, "properties": properties, "additionalProperties": False}


SERVICES = {
    "type": "array",
    "items": object_of(
        ["service_code", "service_name", "description", "metadata", "type", "keywords", "group"],
        service_code={"type": "string", "minLength": 1},
        service_name={"type": "string"},
        description={"type": "string"},
        metadata={"type": "boolean"},
        type={"enum": ["realtime", "batch", "blackbox"]},
        keywords=TEXT,
        group=TEXT,
    ),
}
DEFINITION = object_of(
    ["service_code", "attributes"],
    service_code={"type": "string"},
    attributes={
        "type": "array",
        "items": object_of(
            ["variable", "code", "datatype", "required", "datatype_description", "order", "description"],
            variable={"type": "boolean"},
            code={"type": "string"},
            datatype={"enum": ["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"]},
            required={"type": "boolean"},
            datatype_description=TEXT,
            order={"type": "integer", "minimum": 1},
            description={"type": "string"},
            values={
                "type": "array",
                "items": object_of(["key", "name"], key={"type": "string"}, name={"type": "string"}),
            },
        ),
    },
)
REQUESTS = {
    "type": "array",
    "items": object_of(
        [
            "service_request_id",
            "status",
            "service_name",
            "service_code",
            "requested_datetime",
            "updated_datetime",
        ],
        service_request_id={"type": "string"},
        status={"enum": ["open", "closed"]},
        status_notes=TEXT,
        service_name={"type": "string"},
        service_code={"type": "string"},
        description=TEXT,
        agency_responsible=TEXT,
        service_notice=TEXT,
        requested_datetime=W3,
        updated_datetime=W3,
        expected_datetime=W3,
        address=TEXT,
        address_id=TEXT,
        zipcode=TEXT,
        lat={"type": ["number", "null"]},
        long={"type": ["number", "null"]},
        media_url=TEXT,
    ),
}
CREATED = {
    "type": "array",
    "items": object_of(
        ["service_request_id", "service_notice", "account_id"],
        service_request_id={"type": "string"},
        service_notice=TEXT,
        account_id=TEXT,
    ),
}
ERRORS = {
    "type": "array",
    "minItems": 1,
    "items": object_of(
        ["code", "description"], code={"type": "integer"}, description={"type": "string", "minLength": 1}
    ),
}


def get(client, path, schema=None, answers=200, **query):
    found = client.get(f"/open311/v2/{path}.json", query)
    assert (found.status_code, found["Content-Type"]) == (answers, "application/json; charset=utf-8"), (
        found.content.decode()
    )
    jsonschema.validate(found.json(), schema or (ERRORS if answers >= 400 else {}))
    return found.json()


def get_xml(client, path, answers=200, **query):
    found = client.get(f"/open311/v2/{path}.xml", query)
    assert (found.status_code, found["Content-Type"]) == (answers, "text/xml; charset=utf-8")
    assert found.content.startswith(b"<?xml version=")
    return ElementTree.fromstring(found.content)


@pytest.fixture
def key(program) -> str:
    return program("li", "open311.write").token


def send(client, key, format="json", **sent):
    body = {
        "api_key": key,
        "service_code": "mini.appeal",
        "address_string": "上冯村口",
        "description": "路灯不亮",
        **sent,
    }
    return client.post(
        f"/open311/v2/requests.{format}", {name: value for name, value in body.items() if value is not None}
    )


@pytest.fixture
def form(client, monkeypatch):
    """Send what a browser form would: application/x-www-form-urlencoded."""
    from urllib.parse import urlencode

    original = client.post

    def post(path, data, **more):
        return original(
            path, urlencode(data, doseq=True), content_type="application/x-www-form-urlencoded", **more
        )

    monkeypatch.setattr(client, "post", post)
    return client


def test_it_tells_where_it_is(client, cast):
    found = get(client, "discovery")
    assert found["endpoints"][0]["specification"] == "http://wiki.open311.org/GeoReport_v2"
    assert [each.text for each in get_xml(client, "discovery").iter("format")] == [
        "text/xml",
        "application/json",
    ]


def test_it_lists_services_from_the_categories(client, cast):
    codes = [each["service_code"] for each in get(client, "services", SERVICES)]
    assert codes == ["mini.appeal", "市政设施", "环境保护", "交通运输"]
    root = get_xml(client, "services")
    assert root.tag == "services" and [each.tag for each in root] == ["service"] * 4
    assert root[1].findtext("service_code") == "市政设施" and root[1].findtext("metadata") == "false"


def test_it_defines_a_service(client, cast):
    assert get(client, "services/市政设施", DEFINITION)["attributes"] == []
    assert get_xml(client, "services/市政设施").findtext("service_code") == "市政设施"
    assert get(client, "services/nothing", answers=404)[0]["code"] == 404
    assert get_xml(client, "services/nothing", answers=404)[0].findtext("code") == "404"


def test_it_defines_the_questions_of_a_real_mechanism(client, cast, daye):
    found = get(client, "services/daye_minqing.appeal", DEFINITION)
    by_code = {each["code"]: each for each in found["attributes"]}
    assert by_code["when_happened"]["datatype"] == "string" and by_code["cause"]["datatype"] == "text"


@pytest.fixture
def daye():
    from gongzhi.city.api.tests.daye import DayeSource
    from gongzhi.city.cases import catalogue

    source = DayeSource()
    catalogue.register(source)
    yield source
    catalogue.unregister(source)


def test_it_opens_a_case_with_its_category(form, cast, key, daye):
    found = send(form, key, service_code="城乡建设", **{"attribute[when_happened]": "昨晚"})
    assert found.status_code == 201, found.content.decode()
    row = Case.objects.get()
    assert (row.category, row.mechanism) == ("城乡建设", "daye_minqing")
    assert row.state["data"]["when_happened"] == "昨晚"
    assert [each["service_code"] for each in get(form, "requests", REQUESTS)] == ["城乡建设"]


@COMMITTED
def test_it_opens_a_case(form, cast, key):
    found = send(
        form, key, lat="30.10", long="114.97", phone="13800138000", first_name="秀英", last_name="王"
    )
    assert found.status_code == 201, found.content.decode()
    jsonschema.validate(found.json(), CREATED)
    row = Case.objects.get()
    assert (row.channel, row.number, row.subject) == (
        "open311",
        found.json()[0]["service_request_id"],
        "路灯不亮",
    )
    assert (row.lat, row.lon) == (30.10, 114.97) and row.reporter is not None
    assert row.reporter.name == "王秀英"
    assert "13800138000" not in str(row.state)


@COMMITTED
def test_it_answers_in_xml_too(form, cast, key):
    found = send(form, key, format="xml")
    root = ElementTree.fromstring(found.content)
    assert root.tag == "service_requests" and root[0].tag == "request"
    assert root[0].findtext("service_request_id") == Case.objects.get().number


def test_it_keeps_a_category_that_the_form_does_not_ask_for(form, cast, key):
    send(form, key, service_code="市政设施")
    assert Case.objects.get().state["data"]["text"].startswith("【市政设施】")


@COMMITTED
def test_it_gives_the_id_of_a_token(form, cast, key):
    send(form, key)
    row = Case.objects.get()
    assert get(form, f"tokens/{row.tracking_code}") == [
        {"service_request_id": row.number, "token": row.tracking_code}
    ]
    get(form, "tokens/AAAAAAAAAAA", answers=404)


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"api_key": ""}, 403),
        ({"api_key": "gz_wrong"}, 403),
        ({"service_code": ""}, 400),
        ({"service_code": "nothing"}, 404),
        ({"jurisdiction_id": "elsewhere.gov"}, 404),
        ({"jurisdiction_id": "testserver"}, 201),
        ({"jurisdiction_id": "420281000000"}, 201),
        ({"address_string": ""}, 400),
        ({"address_string": "", "address_id": JINHU}, 201),
        ({"address_id": "000"}, 400),
        ({"lat": "30.1"}, 400),
        ({"lat": "91", "long": "0"}, 400),
        ({"lat": "nan", "long": "0"}, 400),
        ({"lat": "0x1", "long": "0"}, 400),
        ({"description": ""}, 400),
        ({"description": "长" * 4001}, 400),
        ({"description": "长" * 3001}, 400),
        ({"description": "a\0b"}, 400),
        ({"description": "\x0b\x0c"}, 400),
        ({"description": "<b>&amp;]]></b>"}, 201),
        ({"phone": "12"}, 400),
        ({"media_url": "javascript:alert(1)"}, 400),
        ({"media_url": "https://example.org/lamp.jpg"}, 201),
        ({"attribute[nothing]": "1"}, 400),
        ({"attribute[]": "1"}, 400),
    ],
)
def test_it_answers_bad_arguments_as_the_specification_says(form, cast, key, changed, status):
    for format in ("json", "xml"):
        found = send(form, key, format=format, **changed)
        assert found.status_code == status, found.content.decode()
        if status < 400:
            continue
        assert Case.objects.count() == 0
        if format == "json":
            jsonschema.validate(found.json(), ERRORS)
        else:
            assert ElementTree.fromstring(found.content)[0].findtext("description")


def test_it_takes_no_other_body(client, cast, key):
    assert client.post("/open311/v2/requests.json", {"api_key": key}).status_code == 400
    assert client.put("/open311/v2/requests.json").status_code == 405
    assert client.get("/open311/v2/nothing.json").json()[0]["code"] == 404


@COMMITTED
def test_it_shows_what_is_public_and_no_more(client, cast):
    receipt = reported(cast)
    dispatched(cast, receipt.case)
    found = get(client, "requests", REQUESTS)[0]
    assert (found["status"], found["agency_responsible"], found["service_code"]) == (
        "open",
        "城管局",
        "市政设施",
    )
    assert (
        found["description"] == "村口路灯不亮"
        and found["address"] == "金湖街道"
        and found["expected_datetime"]
    )
    text = str(found)
    assert "13800138000" not in text and "老人" not in text and receipt.tracking_code not in text
    assert found["lat"] is None  # the mini mechanism keeps its places internal
    assert get(client, f"requests/{receipt.number}", REQUESTS) == [found]
    assert get(client, f"requests/{receipt.case}", REQUESTS) == [found]


@COMMITTED
def test_it_hides_the_confidential_and_the_anonymous(client, cast):
    hidden = [reported(cast, confidential=True), reported(cast, anonymous=True)]
    assert get(client, "requests", REQUESTS) == []
    for receipt in hidden:
        get(client, f"requests/{receipt.number}", answers=404)
        get(client, f"requests/{receipt.case}", answers=404)


@COMMITTED
def test_it_filters(client, cast):
    one, two = reported(cast), reported(cast)
    solved(cast, two.case)
    number = {receipt.case: receipt.number for receipt in (one, two)}

    def found(**query):
        return {each["service_request_id"] for each in get(client, "requests", REQUESTS, **query)}

    both = set(number.values())
    assert found() == both
    assert found(status="open") == {one.number} and found(status="closed") == {two.number}
    assert found(status="open,closed") == both and found(status="") == both
    assert (
        found(service_code="市政设施") == {two.number} and found(service_code="mini.appeal,市政设施") == both
    )
    assert found(service_code="unknown") == set()
    assert (
        found(service_request_id=f"{one.number},{two.number}", status="closed") == both
    )  # overrides all others
    assert (
        found(page_size=1, page=1) | found(page_size=1, page=2) == both
        and found(page_size=1, page=3) == set()
    )
    assert found(start_date="2000-01-01T00:00:00Z", end_date="2000-03-31T00:00:00Z") == set()
    get(client, f"requests/{number[one.case]}", REQUESTS)


@pytest.mark.parametrize(
    "query",
    [
        {"status": "pending"},
        {"start_date": "yesterday"},
        {"start_date": "2024-01-01T00:00:00Z", "end_date": "2024-04-01T00:00:00Z"},  # 91 days
        {"start_date": "2024-04-01T00:00:00Z", "end_date": "2024-01-01T00:00:00Z"},
        {"start_date": "0001-01-01T00:00:00Z"},
        {"end_date": "9999-12-31T23:59:59Z"},
        {"page": "0"},
        {"page_size": "1001"},
        {"page_size": "x"},
        {"service_request_id": "a\0b"},
        {"service_request_id": ",".join("123456") * 30},
    ],
)
def test_it_refuses_a_query_that_makes_no_sense(client, cast, query):
    get(client, "requests", answers=400, **query)
    assert get_xml(client, "requests", answers=400, **query).tag == "errors"


def test_it_takes_exactly_ninety_days(client, cast):
    get(client, "requests", REQUESTS, start_date="2024-01-01T00:00:00Z", end_date="2024-03-31T00:00:00Z")


def test_it_writes_xml_that_any_reader_takes(client, cast):
    reported(cast, subject='<路灯>&"不亮"\']]>')
    root = get_xml(client, "requests")
    assert root[0].findtext("description") == '<路灯>&"不亮"\']]>'


def test_it_asks_as_often_for_many_as_for_one(client, cast, django_assert_num_queries):
    for _ in range(3):
        reported(cast)
    get(client, "requests")
    with django_assert_num_queries(2):
        get(client, "requests")


def test_it_needs_the_scope_of_its_own(form, cast):
    assert send(form, Program("li", "cases.write").token).status_code == 403
