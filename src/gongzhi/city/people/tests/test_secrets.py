"""What is encrypted, who sees it, and how keys change."""

from __future__ import annotations

import base64

import pytest
from django.core.exceptions import FieldError, ValidationError
from django.db import connection

from gongzhi.city.journal import queries as journal
from gongzhi.city.kernel import permissions
from gongzhi.city.kernel.errors import NotAllowed
from gongzhi.city.kernel.references import SYSTEM, Standing
from gongzhi.city.people import actions, keys, queries
from gongzhi.city.people.checks import check_sealed
from gongzhi.city.people.errors import CannotUnseal, PhoneInvalid, PurposeMissing, ScopeMissing, TokenRefused
from gongzhi.city.people.models import Resident, SealedValue, User

PHONE = "13800138000"
AGENT = Standing(person="user:1", role="hotline_agent", office="mqt", office_path="000", area_path="000")
AUDITOR = Standing(person="user:9", role="auditor", office="sjj", office_path="001", area_path="000")


def ring(*ids: str) -> str:
    return ",".join(
        f"{name}:{base64.b64encode(name.encode().ljust(32, b'.')).decode()}" for name in ("index", *ids)
    )


@pytest.fixture
def settings_with_ring(settings):
    settings.GONGZHI_FIELD_KEYS = ring("k1")
    return settings


def raw(table: str, column: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table}")
        return [row[0] for row in cursor.fetchall()]


@pytest.mark.django_db
def test_it_keeps_no_plain_phone_or_name(settings_with_ring):
    resident = actions.remember_resident(phone=PHONE, name="张三")
    [phone], [name] = raw("people_resident", "phone"), raw("people_resident", "name")
    assert phone.startswith("k1:") and PHONE not in phone and "张三" not in name
    read = Resident.objects.get(pk=resident.pk)
    assert (read.phone, read.name) == (PHONE, "张三")


@pytest.mark.django_db
def test_it_seals_equal_texts_differently():
    User.objects.create(username="a", phone=PHONE)
    User.objects.create(username="b", phone=PHONE)
    assert len(set(raw("people_user", "phone"))) == 2


@pytest.mark.django_db
def test_it_refuses_a_ciphertext_from_another_place():
    sealed = keys.seal(PHONE, "people.user.phone")
    assert keys.unseal(sealed, "people.user.phone") == PHONE
    with pytest.raises(CannotUnseal):
        keys.unseal(sealed, "people.resident.phone")
    with pytest.raises(CannotUnseal):
        keys.unseal(sealed[:-4] + "AAA=", "people.user.phone")


@pytest.mark.django_db
@pytest.mark.parametrize("lookup", ["phone", "phone__contains", "phone__in", "phone__gt"])
def test_it_refuses_to_search_what_is_encrypted(lookup):
    with pytest.raises(FieldError, match="keyed hash"):
        User.objects.filter(**{lookup: PHONE})


@pytest.mark.django_db
@pytest.mark.parametrize("typed", [PHONE, "138 0013 8000", "+86 138-0013-8000", "１３８００１３８０００"])
def test_it_knows_a_resident_again_however_the_number_is_typed(typed):
    first = actions.remember_resident(phone=PHONE)
    assert actions.remember_resident(phone=typed, name="李四").pk == first.pk
    found = queries.resident_by_phone(typed)
    assert found and found.name == "李四"
    assert queries.masked(found, "phone") == "138****8000" and queries.masked(found, "name") == "李**"


@pytest.mark.django_db
def test_it_takes_anonymous_residents_apart_and_refuses_what_is_no_number():
    assert actions.remember_resident().pk != actions.remember_resident().pk
    with pytest.raises(PhoneInvalid):
        actions.remember_resident(phone="call me")


# --- reveal


@pytest.mark.django_db
def test_it_reveals_for_a_purpose_and_writes_it_down():
    resident = actions.remember_resident(phone=PHONE)
    case = permissions.Target(area_path="000002")
    assert actions.reveal(AGENT, resident, "phone", "回访核实地点", about=case) == PHONE
    [fact] = journal.facts(f"resident:{resident.pk}")
    assert fact.kind == "revealed" and fact.by.person == "user:1"
    assert fact.data == {"field": "phone", "privacy": "contact", "purpose": "回访核实地点"}


@pytest.mark.django_db
def test_it_reveals_nothing_without_purpose_right_or_area():
    resident = actions.remember_resident(phone=PHONE)
    inside, outside = permissions.Target(area_path="000002"), permissions.Target(area_path="001")
    with pytest.raises(PurposeMissing):
        actions.reveal(AGENT, resident, "phone", " 看 ", about=inside)
    with pytest.raises(NotAllowed):
        actions.reveal(AGENT, resident, "phone", "回访核实地点", about=outside)
    with pytest.raises(NotAllowed) as refused:
        actions.reveal(AUDITOR, resident, "phone", "审计抽查案件", about=inside)
    assert "热线话务员" in str(refused.value)
    assert not journal.facts(f"resident:{resident.pk}")


@pytest.mark.django_db
def test_it_reveals_to_people_what_is_theirs():
    user = User.objects.create(username="r", phone=PHONE)
    me = Standing(person=user.person, role="resident")
    assert actions.reveal(me, user, "phone", "查看自己的资料") == PHONE


# --- rotation


@pytest.mark.django_db
def test_it_rotates_keys_in_batches_and_goes_on_where_it_stopped(settings_with_ring):
    for number in range(5):
        User.objects.create(username=str(number), phone=f"1380013800{number}")
        SealedValue.objects.create(subject="case:1", field="phone", privacy="contact", value=str(number))
    User.objects.create(username="none")
    settings_with_ring.GONGZHI_FIELD_KEYS = ring("k1", "k2")
    assert not check_sealed(True).ok
    first = actions.rotate_keys(3)
    assert (first.rows, first.left) == (3, 7)
    while actions.rotate_keys(3).left:
        pass
    settings_with_ring.GONGZHI_FIELD_KEYS = ring("k2")
    assert [user.phone for user in User.objects.exclude(username="none").order_by("pk")][-1] == "13800138004"
    assert check_sealed(True).ok


@pytest.mark.django_db
def test_it_says_which_key_is_missing(settings_with_ring):
    User.objects.create(username="a", phone=PHONE)
    settings_with_ring.GONGZHI_FIELD_KEYS = ring("k2")
    with pytest.raises(CannotUnseal, match="k1"):
        User.objects.get()
    assert "k1" in check_sealed(False).remedy


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "index"),
        (ring(), "at least one other"),
        ("index:AAAA,k1:AAAA", "32 are needed"),
        (ring("k1", "k1"), "unique"),
        (ring("k1").replace("k1", "k-1"), "letters and digits"),
        ("index:not base64,k1:x", "base64|character"),
    ],
)
def test_it_refuses_a_bad_key_ring(text, why):
    with pytest.raises(ValueError, match=why):
        keys.read_ring(text)


@pytest.mark.django_db
def test_it_erases_values_and_keeps_the_facts():
    SealedValue.objects.create(subject="case:1", field="phone", privacy="contact", value=PHONE)
    assert actions.erase(SYSTEM, "case:1", basis="本人申请") == 1
    assert actions.erase(SYSTEM, "case:1", basis="本人申请") == 0
    assert raw("people_sealedvalue", "value") == [""]
    assert [fact.kind for fact in journal.facts("case:1")] == ["erased"]


# --- tokens and accounts


@pytest.mark.django_db
def test_it_knows_the_holder_of_a_token_by_its_hash_only():
    user = User.objects.create(username="app")
    plain, token = actions.issue_token(SYSTEM, user, title="地图接口", scopes=["cases.read"])
    assert plain not in raw("people_token", "digest")
    assert queries.token_holder(plain, "cases.read").user == user
    with pytest.raises(ScopeMissing):
        queries.token_holder(plain, "cases.write")
    actions.revoke_token(SYSTEM, token)
    with pytest.raises(TokenRefused):
        queries.token_holder(plain)


@pytest.mark.django_db
def test_it_refuses_expired_unknown_and_closed_tokens():
    user = User.objects.create(username="app")
    expired, _ = actions.issue_token(SYSTEM, user, title="x", scopes=[], days=0)
    good, _ = actions.issue_token(SYSTEM, user, title="x", scopes=[])
    for plain in (expired, "gz_unknown", ""):
        with pytest.raises(TokenRefused):
            queries.token_holder(plain)
    queries.token_holder(good)
    actions.close_account(SYSTEM, user, reason="离职")
    with pytest.raises(TokenRefused):
        queries.token_holder(good)


@pytest.mark.django_db
@pytest.mark.parametrize("weak", ["short1", "1234567890", "password123", "wangxiaoming"])
def test_it_refuses_weak_passwords(weak):
    with pytest.raises(ValidationError):
        actions.create_account(SYSTEM, username="wangxiaoming", name="王小明", password=weak)
    assert not User.objects.exists()


@pytest.mark.django_db
def test_it_creates_accounts_for_those_who_may():
    user = actions.create_account(SYSTEM, username="wangli", name="王丽", password="correct-horse-9")
    assert user.check_password("correct-horse-9") and str(user) == "王丽"
    with pytest.raises(NotAllowed):
        actions.create_account(AGENT, username="x", name="x")
