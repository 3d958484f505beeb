"""Papers in the browser: fetched by code, verified without a login and without revealing, used with consent, withdrawn."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from gongzhi.city.documents import actions, queries
from gongzhi.city.documents.models import SealCertificate, SealedPaper
from gongzhi.city.documents.tests.cast import wanted
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.mechanisms.models import Paper
from gongzhi.city.people.actions import erase
from gongzhi.city.people.models import SealedValue

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick_keys(monkeypatch):
    from gongzhi.city.documents.signing import schemes
    from gongzhi.city.documents.tests.cast import few_keys

    keys = [next(few_keys()) for _ in range(6)]
    monkeypatch.setattr(schemes.Rsa, "new_key", lambda self: keys.append(keys.pop(0)) or keys[-1])
    cache.clear()


@pytest.fixture
def paper(cast, case):
    """A sealed paper of 城管局 for 王秀英, on the case that she reported."""
    sealed = actions.seal_paper(SYSTEM, wanted(subject=f"case:{case}"))
    return Paper.objects.create(
        case_id=case,
        entry=1,
        document="notice",
        title="不予受理告知书",
        body="<p>甲</p>",
        issued_at=sealed.signed_at,
        office="cgj",
        to="reporter",
        state="sealed",
        sealed=sealed,
    )


def upload(client, data, name="paper.pdf"):
    return client.post("/verify/file/", {"file": SimpleUploadedFile(name, data, "application/pdf")})


def test_it_verifies_by_code_without_a_login_and_reveals_nothing(browser, paper):
    answer = browser().get(f"/verify/?code={paper.sealed.spaced.lower()}", follow=True)
    page = answer.content.decode()
    assert "登记有效" in page and "内容没有改动" not in page  # the code may stand on another paper
    for shown in ("不予受理告知书", "告知〔2026〕1号", "城管局", "王**", paper.sealed.sha256):
        assert shown in page
    for hidden in ("王秀英", "路灯", str(paper.case_id), paper.case.tracking_code):
        assert hidden not in page


def test_it_verifies_the_file_itself(browser, paper):
    data = queries.file_of(paper.sealed)
    assert "由下列单位出具，内容没有改动" in upload(browser(), data).content.decode()
    changed = bytearray(data)
    changed[len(data) // 2] ^= 1
    page = upload(browser(), bytes(changed)).content.decode()
    assert "被改动" in page and "内容没有改动" not in page
    assert "不是本平台签发" in upload(browser(), b"%PDF-1.7 another").content.decode()
    assert upload(browser(), b"GIF89a").status_code == 422
    assert browser().post("/verify/file/").status_code == 422


def test_it_says_that_a_paper_was_withdrawn(browser, paper):
    assert (
        browser("he").post(f"/desk/papers/{paper.sealed_id}/withdraw/", {"reason": "错"}).status_code == 404
    )
    browser("zhou").post(f"/desk/papers/{paper.sealed_id}/withdraw/", {"reason": "适用依据有误"})
    page = browser().get(f"/verify/{paper.sealed.code}/").content.decode()
    assert "已撤回" in page and "适用依据有误" not in page
    assert "已撤回" in upload(browser(), queries.file_of(paper.sealed)).content.decode()


def test_it_says_that_blue_binds_nobody(browser, cast):
    blue = actions.seal_paper(SYSTEM, wanted(ink="blue"))
    page = browser().get(f"/verify/{blue.code}/").content.decode()
    assert "只是模拟审批意见" in page and "verdict yellow" in page


def test_it_stops_who_tries_codes_out(browser, settings, paper):
    settings.GONGZHI_TRACKING_MISSES = 3
    from gongzhi.city.kernel import ids

    client = browser()
    answers = [client.get(f"/verify/{ids.verification_code()}/").status_code for _ in range(4)]
    assert answers == [404, 404, 404, 429]
    assert client.get(f"/verify/{paper.sealed.code}/").status_code == 429


def test_it_looks_at_so_many_files_and_no_more(browser, settings, paper):
    settings.GONGZHI_VERIFY_FILES = 2
    client = browser()
    assert [upload(client, b"%PDF-1.7").status_code for _ in range(3)] == [200, 200, 429]


def test_it_gives_the_reporter_the_file_by_code_only(browser, paper):
    code = paper.case.tracking_code
    assert f"/t/{code}/papers/{paper.pk}.pdf" in browser().get(f"/t/{code}/").content.decode()
    answer = browser().get(f"/t/{code}/papers/{paper.pk}.pdf")
    assert answer.content == queries.file_of(paper.sealed) and answer["Content-Type"] == "application/pdf"
    assert browser().get(f"/t/00000000000/papers/{paper.pk}.pdf").status_code == 404
    Paper.objects.filter(pk=paper.pk).update(to="")
    assert browser().get(f"/t/{code}/papers/{paper.pk}.pdf").status_code == 404
    assert "给您的文书" not in browser().get(f"/t/{code}/").content.decode()


def test_it_gives_the_desk_every_paper_as_a_file(browser, paper):
    page = browser("zhou").get(f"/desk/cases/{paper.case_id}/").content.decode()
    assert f"/desk/cases/{paper.case_id}/papers/{paper.pk}.pdf" in page and "已盖章" in page
    assert (
        browser("zhou").get(f"/desk/cases/{paper.case_id}/papers/{paper.pk}.pdf").content.startswith(b"%PDF")
    )
    assert browser("he").get(f"/desk/cases/{paper.case_id}/papers/{paper.pk}.pdf").status_code == 404
    Paper.objects.filter(pk=paper.pk).update(state="plain", sealed=None)
    assert (
        browser("zhou").get(f"/desk/cases/{paper.case_id}/papers/{paper.pk}.pdf").content.startswith(b"%PDF")
    )


def test_it_says_on_the_case_why_a_paper_waits_and_seals_it_again(browser, paper, monkeypatch):
    told = {
        "code": "U011",
        "sentence": "“%(office)s”没有可以使用的电子印章(%(why)s)。",
        "remedy": "文书已经保存。",
        "data": {"office": "城管局", "why": "还没有证书"},
    }
    Paper.objects.filter(pk=paper.pk).update(state="waiting", sealed=None, trouble=told)
    page = browser("zhou").get(f"/desk/cases/{paper.case_id}/").content.decode()
    assert "等待盖章" in page and "“城管局”没有可以使用的电子印章(还没有证书)。" in page
    asked = []
    monkeypatch.setattr(
        "gongzhi.city.mechanisms.sealing_papers.retry",
        lambda by, row: asked.append((by.name, row.pk)) or "sealed",
    )
    browser("zhou").post(f"/desk/cases/{paper.case_id}/papers/{paper.pk}/seal/")
    assert asked == [("周强", paper.pk)]


def test_it_uses_a_paper_with_purpose_and_consent_and_tells_the_holder(browser, paper):
    client = browser("he")
    given = {"code": paper.sealed.spaced, "purpose": "学位登记", "consent": ""}
    refused = client.post("/desk/papers/use/", given)
    assert refused.status_code == 422 and 'value="学位登记"' in refused.content.decode()
    answer = client.post("/desk/papers/use/", {**given, "consent": "present"})
    assert answer.url == f"/verify/{paper.sealed.code}/"
    page = browser().get(f"/t/{paper.case.tracking_code}/").content.decode()
    assert "教育局" in page and "学位登记" in page and "本人在场同意" in page


def test_it_lets_the_administrator_stop_and_renew_a_seal(browser, paper, cast):
    from gongzhi.city.people.models import User
    from gongzhi.city.territory.models import Office, Post

    user = User.objects.create(username="an", name="安管")
    Post.objects.create(user=user, role="admin", office=Office.objects.get(code="gov"))
    client = browser("an")
    seal = SealCertificate.objects.get(kind="seal")
    page = client.get("/desk/seals/").content.decode()
    assert "大冶市" not in seal.key and "PRIVATE" not in page and seal.serial in page
    client.post(f"/desk/seals/{seal.pk}/suspend/", {"reason": "换人"})
    assert "换人" in client.get("/desk/seals/").content.decode()
    client.post(f"/desk/seals/{seal.pk}/resume/")
    client.post(f"/desk/seals/{seal.pk}/renew/")
    seal.refresh_from_db()
    assert seal.status == "replaced" and client.post(f"/desk/seals/{seal.pk}/melt/").status_code == 404
    assert browser("zhou").post(f"/desk/seals/{seal.pk}/revoke/").status_code == 404


def test_it_pages_through_the_papers_of_an_office(browser, cast, monkeypatch):
    monkeypatch.setattr("gongzhi.city.web.views.papers.PAGE", 2)
    made = [actions.seal_paper(SYSTEM, wanted()) for _ in range(3)]
    client = browser("qian")
    first = client.get("/desk/papers/").content.decode()
    assert made[2].code in first and made[0].code not in first
    second = client.get(f"/desk/papers/?after={made[1].pk}").content.decode()
    assert made[0].code in second and made[2].code not in second
    assert client.get("/desk/papers/?after=nothing").status_code == 404
    assert SealedPaper.objects.count() == 3


def test_it_shows_each_post_its_doors_to_papers(browser, cast):
    officer, caller = (browser(name).get("/me/").content.decode() for name in ("zhou", "sun"))
    assert "/desk/papers/" in officer and "/desk/papers/use/" in officer and "/desk/seals/" not in officer
    assert "/desk/papers/" not in caller
    assert "/verify/" in browser().get("/").content.decode()


def test_it_tells_the_holder_that_a_paper_was_withdrawn(browser, paper):
    address = f"/t/{paper.case.tracking_code}/"
    assert "已盖电子印章" in browser().get(address).content.decode()
    actions.withdraw_paper(SYSTEM, paper.sealed, "有误")
    page = browser().get(address).content.decode()
    assert "已撤回" in page and "已盖电子印章" not in page


def test_it_gives_nobody_a_paper_whose_holder_was_erased(browser, paper):
    secret = SealedValue.objects.create(
        subject=f"case:{paper.case_id}", field="reporter_name", privacy="identity", value='"王秀英"'
    )
    Paper.objects.filter(pk=paper.pk).update(body=f"<p>sealed:{secret.pk}</p>")
    address = f"/t/{paper.case.tracking_code}/papers/{paper.pk}.pdf"
    assert browser().get(address).status_code == 200
    erase(SYSTEM, f"case:{paper.case_id}", basis="本人申请")
    assert browser().get(address).status_code == 404
