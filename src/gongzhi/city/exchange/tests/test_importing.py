"""A package on its way in: looked at, trusted, prepared, tried, submitted, installed by another person; then the next version."""

from __future__ import annotations

import json

import pytest

from gongzhi.city.exchange import actions, checks, exporting, keys, trying
from gongzhi.city.exchange.answers import Answers
from gongzhi.city.exchange.candidates import candidate, values_shown
from gongzhi.city.exchange.errors import (
    Downgrade,
    NotNow,
    NotTrustedAnyMore,
    RoleNotForThis,
    SamePerson,
    SayHow,
    StillOpen,
    UnknownSigner,
)
from gongzhi.city.exchange.examining import examine
from gongzhi.city.exchange.models import Import, Provenance
from gongzhi.city.exchange.tests.lamp import EZHOU, FALSE_KEY, KEY, PUBLIC, TABLE, package, version
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel.errors import NotAllowed
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.mechanisms import library
from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.mechanisms import packages
from gongzhi.engine.mechanisms.errors import BadSignature, CannotAdapt, NotAPackage, Unsigned

pytestmark = pytest.mark.django_db
SLOWER = [["倒了", "1 working day", "危险"], ["-", "7 working days", ""]]
STORY = {"file": "scenarios/all.yaml", "name": "路灯不亮五个工作日修好"}
SEEN = {**STORY, "line": 0, "what": "unit_due", "value": "2024年10月23日 星期三 18:00"}


def trusted(reform):
    return actions.trust(
        reform.admin, name="鄂州市", code="420700", public=PUBLIC, how="与鄂州改革办王主任电话核对"
    )


def prepared(reform, content=None, **said):
    row = actions.open_package(content or package(), by=reform.linxiao)
    actions.prepare(reform.linxiao, row.pk, Answers(**said))
    trying.run_scenarios.func(row.pk)
    row.refresh_from_db()
    return row


def installed(reform, content=None, **said):
    row = prepared(reform, content, **said)
    actions.submit(reform.linxiao, row.pk)
    return actions.install(reform.jiangtao, row.pk)


def levels(row):
    found = candidate(row)
    return {each.about: each.level for each in examine(row, found, keys.known(row.fingerprint, ""))}


def test_a_package_is_looked_at_before_anybody_trusts_it(reform):
    row = actions.open_package(package(), by=reform.linxiao)
    assert (row.state, row.mechanism, row.version) == ("opened", "lamp", "1.1.0")
    assert levels(row)["signer"] == "stop"
    assert Entry.objects.filter(kind="package_opened").count() == 1
    assert library.LIBRARY.active_version("lamp") == ""


def test_an_unknown_signer_is_not_installed_until_a_person_trusts_them(reform):
    row = prepared(reform)
    with pytest.raises(UnknownSigner):
        actions.submit(reform.linxiao, row.pk)
    with pytest.raises(NotAllowed):
        actions.trust(reform.linxiao, name="鄂州市", code="", public=PUBLIC, how="电话")
    with pytest.raises(SayHow):
        actions.trust(reform.admin, name="鄂州市", code="", public=PUBLIC, how=" ")
    trusted(reform)
    assert actions.submit(reform.linxiao, row.pk).state == "submitted"
    assert Entry.objects.filter(kind="city_trusted").count() == 1


def test_whoever_handed_it_in_does_not_install_it(reform):
    trusted(reform)
    row = actions.open_package(package(), by=reform.jiangtao)
    actions.prepare(reform.jiangtao, row.pk, Answers())
    trying.run_scenarios.func(row.pk)
    actions.submit(reform.jiangtao, row.pk)
    with pytest.raises(SamePerson):
        actions.install(reform.jiangtao, row.pk)
    with pytest.raises(NotAllowed):
        actions.install(reform.linxiao, row.pk)
    assert actions.install(reform.admin, row.pk).version == "1.1.0"
    with pytest.raises(NotNow):
        actions.install(reform.admin, row.pk)


def test_an_unchanged_package_keeps_its_version_and_digest(reform):
    trusted(reform)
    installed(reform)
    came = Provenance.objects.get()
    assert (came.version, came.digest) == ("1.1.0", packages.read(package()).about.digest)
    assert [(each["version"], each["city"]["name"]) for each in came.lineage] == [
        ("1.0.0", "大冶市"),
        ("1.1.0", "鄂州市"),
    ]


def test_local_values_make_a_local_version_whose_scenarios_are_run_again(reform):
    trusted(reform)
    row = prepared(reform, values={"limits": SLOWER})
    assert row.local_version == "1.1.0+420281.1" and row.local_digest != row.digest
    assert row.scenarios["state"] == "failed" and row.scenarios["done"] == 2
    assert row.scenarios["failed"][0]["failures"][0]["what"] == "unit_due"
    with pytest.raises(StillOpen):
        actions.submit(reform.linxiao, row.pk)
    # a person looks at the new result and says that it is right here
    actions.prepare(reform.linxiao, row.pk, Answers(values={"limits": SLOWER}, accepted=(SEEN,)))
    trying.run_scenarios.func(row.pk)
    actions.submit(reform.linxiao, row.pk)
    done = actions.install(reform.jiangtao, row.pk)
    assert done.version == "1.1.0+420281.1"
    table = library.one("lamp").mechanism.tables["limits"]
    assert table.rules[1].outputs[0].text.strip('"') == "7 working days"


def test_a_change_taken_back_and_made_again_is_never_the_version_of_the_source(reform):
    row = prepared(reform, values={"limits": SLOWER})
    for values, expected in (({}, "1.1.0"), ({"calling": "5 working days"}, "1.1.0+420281.1")):
        row = actions.prepare(reform.linxiao, row.pk, Answers(values=values))
        assert row.local_version == expected
        assert b"version: " + json.dumps(expected).encode() in candidate(row).files["mechanism.yaml"].replace(
            b": 1.1.0\n", b': "1.1.0"\n'
        )


def test_a_value_that_does_not_fit_its_place_changes_nothing(reform):
    row = actions.open_package(package(), by=reform.linxiao)
    with pytest.raises(CannotAdapt):
        actions.prepare(reform.linxiao, row.pk, Answers(values={"limits": [["只有一格"]]}))
    row.refresh_from_db()
    assert row.state == "opened" and row.answers == {}


def test_a_span_that_nobody_understands_is_refused_before_it_is_run(reform):
    row = prepared(reform, values={"calling": "一会儿"})
    assert row.scenarios["state"] == "refused" and row.scenarios["problems"]


@pytest.mark.parametrize("role", ["admin", "reform_chief", "system", "resident"])
def test_no_role_is_mapped_to_one_that_manages_the_system(reform, role):
    row = actions.open_package(package(), by=reform.linxiao)
    with pytest.raises(RoleNotForThis):
        actions.prepare(reform.linxiao, row.pk, Answers(roles={"caller": role}))


def test_a_role_is_done_by_a_role_of_the_city(reform):
    trusted(reform)
    assert installed(reform, roles={"caller": "hotline_agent"}).version == "1.1.0+420281.1"
    held = library.one("lamp")
    assert held.mechanism.case_types["lamp"].steps["call"].who == "hotline_agent @ county"
    assert "caller" not in held.mechanism.roles


def test_the_next_version_carries_the_local_values_over(reform):
    trusted(reform)
    installed(reform, values={"limits": SLOWER}, accepted=(SEEN,))
    # the source changed another place: a row about leaks, put before ours
    newer = version("1.2.0", tables_limits_csv=TABLE.replace("2,-,", '2,"倒了,不亮",2 hours,漏电\n3,-,'))
    row = actions.open_package(package(newer), by=reform.linxiao)
    found = candidate(row)
    assert found.conflicts == ()
    shown = {point.spec.id: value for point, value in values_shown(found)}
    assert [line[1] for line in shown["limits"]] == ["1 working day", "2 hours", "7 working days"]


def test_a_conflict_is_decided_one_by_one_and_never_guessed(reform):
    trusted(reform)
    installed(reform, values={"limits": SLOWER}, accepted=(SEEN,))
    newer = version("1.2.0", tables_limits_csv=TABLE.replace("5 working days", "4 working days"))
    row = prepared(reform, package(newer))
    assert row.state == "opened" and levels(row)["conflicts"] == "stop"
    with pytest.raises(NotNow):
        actions.submit(reform.linxiao, row.pk)
    (conflict,) = candidate(row).conflicts
    actions.prepare(reform.linxiao, row.pk, Answers(decided={conflict.key: "ours"}, accepted=(SEEN,)))
    trying.run_scenarios.func(row.pk)
    actions.submit(reform.linxiao, row.pk)
    assert actions.install(reform.jiangtao, row.pk).version == "1.2.0+420281.1"


def test_it_goes_back_to_the_version_before(reform):
    trusted(reform)
    installed(reform)
    installed(reform, package(version("1.2.0", README_md="# 路灯\n照搬时看合同。\n")))
    assert library.LIBRARY.active_version("lamp") == "1.2.0"
    actions.roll_back(reform.jiangtao, "lamp", "1.1.0")
    assert library.LIBRARY.active_version("lamp") == "1.1.0"
    with pytest.raises(NotAllowed):
        actions.roll_back(reform.linxiao, "lamp", "1.2.0")


def test_an_older_package_does_not_cover_a_newer_version(reform):
    trusted(reform)
    installed(reform, package(version("1.2.0")))
    row = prepared(reform, package(version("1.1.0")))
    assert levels(row)["version"] == "stop"
    with pytest.raises(Downgrade):
        actions.submit(reform.linxiao, row.pk)


def test_the_same_version_with_another_content_stands_against_itself(reform):
    trusted(reform)
    installed(reform)
    row = prepared(reform, package(version("1.1.0", README_md="# 路灯\n照搬时别改。\n")))
    assert levels(row)["version"] == "stop"
    with pytest.raises(StillOpen):
        actions.submit(reform.linxiao, row.pk)


def test_a_signature_by_another_key_is_another_city(reform):
    trusted(reform)
    row = actions.open_package(package(key=FALSE_KEY), by=reform.linxiao)
    assert levels(row)["signer"] == "stop" and row.about["made_by"]["name"] == "鄂州市"


def test_a_signature_is_not_moved_to_another_text(reform):
    true, other = packages.read(package()), packages.read(package(version("1.2.0")))
    forged = packages.write(other.signed, true.signature, other.files)
    with pytest.raises(BadSignature):
        actions.open_package(forged, by=reform.linxiao)


def test_an_unsigned_one_may_be_looked_at_and_goes_no_further(reform):
    row = prepared(reform, package(key=None))
    with pytest.raises(Unsigned):
        actions.submit(reform.linxiao, row.pk)


def test_trust_that_is_withdrawn_stops_what_was_submitted(reform):
    city = trusted(reform)
    row = prepared(reform)
    actions.submit(reform.linxiao, row.pk)
    actions.revoke(reform.admin, city.fingerprint, "密钥丢了")
    with pytest.raises(NotTrustedAnyMore):
        actions.install(reform.jiangtao, row.pk)


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "EX016"), (b"x" * 100, "M005"), (b"0" * 25_000_001, "EX016")]
)
def test_what_is_no_package_is_not_kept(reform, content, code):
    with pytest.raises(GongzhiError) as caught:
        actions.open_package(content, by=reform.linxiao)
    assert caught.value.code == code and not Import.objects.exists()


def test_needs_that_are_not_here_stand_against_it(reform):
    need = packages.Need(id="townships", version="2.0.0")
    row = actions.open_package(package(needs=(need,)), by=reform.linxiao)
    assert levels(row)["needs"] == "stop"


def test_scenarios_go_on_where_a_dead_job_stopped(reform, monkeypatch):
    row = actions.open_package(package(), by=reform.linxiao)
    actions.prepare(reform.linxiao, row.pk, Answers())
    monkeypatch.setattr(trying, "PART", 1)
    calls = []
    real = trying.run

    def run(scenario, *rest):
        calls.append(scenario.name)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(scenario, *rest)

    monkeypatch.setattr(trying, "run", run)
    with pytest.raises(KeyboardInterrupt):
        trying.run_scenarios.func(row.pk)
    row.refresh_from_db()
    assert (row.scenarios["state"], row.scenarios["done"]) == ("running", 1)
    assert trying.run_scenarios.func(row.pk) == "passed"
    assert len(calls) == 3  # the first one was not run again


def test_a_job_about_older_answers_writes_nothing(reform):
    row = prepared(reform)
    stale = Import.objects.get(pk=row.pk)
    actions.prepare(reform.linxiao, row.pk, Answers(values={"limits": SLOWER}))
    assert not trying._same(stale, {"state": "passed"})


def test_an_export_tells_its_line_and_is_the_same_every_day(reform):
    trusted(reform)
    installed(reform)
    one, other = (exporting.export("lamp", by=reform.linxiao).content for _ in range(2))
    assert one == other
    read = packages.read(one)
    assert keys.signer(read).standing == "own"
    assert [each.city.name for each in read.about.lineage] == ["大冶市", "鄂州市"]
    assert [each.title for each in read.about.evidence] == ["两区试点", "满意率"]
    with pytest.raises(NotAllowed):
        exporting.export("lamp", by=SYSTEM.__class__(person="user:1", role="officer"))


def test_a_new_key_is_another_fingerprint_and_old_packages_stay_ours(reform):
    trusted(reform)
    installed(reform)
    before = exporting.export("lamp", by=reform.admin)
    keys.rotate(reform.admin)
    after = exporting.export("lamp", by=reform.admin)
    assert before.fingerprint != after.fingerprint
    assert keys.signer(packages.read(before.content)).standing == "own"


def test_the_private_key_does_not_lie_open(reform):
    from django.db import connection

    row = keys.current(SYSTEM)
    with connection.cursor() as cursor:
        cursor.execute("SELECT private FROM exchange_exchangekey")
        stored = cursor.fetchone()[0]
    assert row.private not in stored and stored.startswith("k1:")


def test_what_a_package_says_of_itself_is_what_is_in_it(reform):
    read = packages.read(package())
    said = read.about.model_copy(update={"version": "9.9.9"})
    signed = packages.spoken(said)
    signature = packages.Signature(key=bytes.fromhex(PUBLIC), signature=KEY.sign(signed))
    with pytest.raises(NotAPackage):
        actions.open_package(packages.write(signed, signature, read.files), by=reform.linxiao)


def test_it_declines_only_with_a_reason(reform):
    row = actions.open_package(package(), by=reform.linxiao)
    with pytest.raises(NotNow):
        actions.decline(reform.linxiao, row.pk, " ")
    assert actions.decline(reform.linxiao, row.pk, "我们没有路灯").state == "declined"
    assert EZHOU.name == "鄂州市" and KEY is not FALSE_KEY


def test_the_doctor_sees_what_was_changed_behind_the_back(reform):
    trusted(reform)
    installed(reform)
    exporting.export("lamp", by=reform.admin)
    assert checks.check_exchange(True).ok
    Provenance.objects.update(digest="0" * 64)
    Import.objects.update(archive=package(version("1.2.0")))
    found = checks.check_exchange(True)
    assert not found.ok and "来历" in found.remedy and "内容被改过" in found.remedy
