"""Papers of reactions get their number at once, pass the gate, and are sealed after the commit; what fails waits."""

from __future__ import annotations

import io
import re

import pypdfium2
import pytest
from PIL import Image

from gongzhi.city.cases import actions as cases
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.tests.cast import FORM, dispatched, reported
from gongzhi.city.documents.errors import NoSuchPaper
from gongzhi.city.documents.models import SealCertificate, SealedPaper
from gongzhi.city.documents.verification import verify
from gongzhi.city.jobs.models import Job
from gongzhi.city.journal.models import Entry
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel.errors import NotAllowed
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.mechanisms import library, paper_files, sealing_papers
from gongzhi.city.mechanisms.actions import install
from gongzhi.city.mechanisms.models import Paper
from gongzhi.city.mechanisms.tests.drafting import complete
from gongzhi.city.territory.models import Area

pytestmark = pytest.mark.django_db

REACTIONS = """
- id: order
  title: 出承办单
  on: {case: appeal, fact: chosen, step: dispatch, choice: send}
  do: {issue: order}
"""
ORDER = """---
title: 承办证明
case: appeal
seal: lead
number: 承办〔{yyyy}〕{seq}号
kind: 婚姻状况证明
to: reporter
holder: subject
names: [phone]
valid_days: 30
---
<article class="paper"><h1>承办证明</h1><p class="number">{{ number }}</p><p>{{ data.subject }}</p><p>电话 {{ data.phone }}</p>
<p>签名：<img src="signature:photos" alt="签名"/></p><p class="date">{{ now }}</p></article>
"""
FORBIDDEN = """U,要开什么证明,→ channel,→ basis,说明
值,"婚姻状况证明,出生证明",,,
1,婚姻状况证明,到婚姻登记处查档,民发〔2020〕20号,
2,出生证明,到接生的医院,民发〔2020〕20号,
"""


@pytest.fixture(autouse=True)
def quick_keys(monkeypatch):
    from gongzhi.city.documents.signing import schemes
    from gongzhi.city.documents.tests.cast import few_keys

    keys = [next(few_keys()) for _ in range(6)]
    monkeypatch.setattr(schemes.Rsa, "new_key", lambda self: keys.append(keys.pop(0)) or keys[-1])


@pytest.fixture
def sealing(files, cast, monday):
    made = {**files, "reactions.yaml": REACTIONS.encode(), "documents/order.html": ORDER.encode()}
    install(complete(made), by=SYSTEM)
    return made


def issued(cast, **more):
    receipt = reported(cast, **more)
    dispatched(cast, receipt.case)
    react_to_all()
    return Paper.objects.get(case=receipt.case)


def sealed(paper):
    assert sealing_papers.seal_waiting_paper.func(paper.pk) == "sealed"
    paper.refresh_from_db()
    return paper


def words(pdf):
    text = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf))
    return re.sub(r"\s", "", text)


def test_it_seals_after_the_commit_and_for_the_reporter(cast, sealing):
    paper = issued(cast)
    assert (paper.state, paper.number, paper.office) == ("waiting", "承办〔2024〕1号", "cgj")
    assert Job.objects.filter(dedupe_key=f"seal-paper:{paper.pk}").exists()
    sealed(paper)
    found, pdf = paper_files.reporter_pdf(paper.case_id, paper.pk)
    assert found == paper and verify(pdf).result == "valid"
    said = words(pdf)
    assert "承办〔2024〕1号" in said and f"电话{FORM['phone']}" in said and "城管局" in said
    assert paper.sealed.holder == "村**" and paper.sealed.subject == f"case:{paper.case_id}"
    assert (paper.sealed.valid_to - paper.sealed.valid_from).days == 29


def test_it_seals_once_however_often_it_is_asked(cast, sealing):
    paper = sealed(issued(cast))
    assert sealing_papers.seal_waiting_paper.func(paper.pk) == "sealed"
    Paper.objects.filter(pk=paper.pk).update(state="waiting", sealed=None)  # died between seal and note
    assert sealing_papers.seal_waiting_paper.func(paper.pk) == "sealed"
    assert SealedPaper.objects.count() == 1


def test_it_shows_a_desk_the_private_paper_only_by_right_and_notes_it(cast, sealing):
    paper = issued(cast)
    row = Case.objects.get(pk=paper.case_id)
    assert FORM["phone"] not in words(paper_files.staff_pdf(cast.zhou, row, paper))
    assert "尚未加盖电子印章" in words(paper_files.unsealed(paper))
    sealed(paper)
    assert FORM["phone"] in words(paper_files.staff_pdf(cast.zhou, row, paper))
    assert Entry.objects.filter(kind="paper_read", person=cast.zhou.person).count() == 1
    with pytest.raises(NotAllowed):
        paper_files.staff_pdf(cast.zhao, row, paper)


def test_it_waits_and_loses_nothing_when_the_seal_is_away(cast, sealing, settings):
    settings.GONGZHI_LOCAL_CA = False
    paper = issued(cast)
    assert sealing_papers.seal_waiting_paper.func(paper.pk) == "waiting"
    paper.refresh_from_db()
    assert paper.trouble["code"] == "U011" and "没有可以使用的电子印章" in paper_files.trouble_words(paper)
    assert not sealing_papers.check_waiting(True).ok
    assert not verify(paper_files.reporter_pdf(paper.case_id, paper.pk)[1]).proof.signed
    settings.GONGZHI_LOCAL_CA = True
    with pytest.raises(NotAllowed):
        sealing_papers.retry(cast.he, paper)
    assert sealing_papers.retry(cast.zhou, paper) == "sealed"
    assert sealing_papers.check_waiting(True).ok
    paper.refresh_from_db()
    assert paper.trouble is None and paper_files.trouble_words(paper) == ""


def test_it_tries_again_by_itself(cast, sealing):
    paper = issued(cast)
    Job.objects.all().delete()
    sealing_papers.seal_all_waiting()
    sealing_papers.seal_all_waiting()
    assert Job.objects.filter(dedupe_key=f"seal-paper:{paper.pk}").count() == 1


def test_it_refuses_a_listed_certificate_at_the_grassroots_and_shows_the_channel(cast, sealing, files):
    tables = {"tables/forbidden_certificates.csv": FORBIDDEN.encode()}
    manifest = files["mechanism.yaml"].decode()
    manifest = re.sub(r"version: .*", "version: 1.0.1", manifest)
    manifest = re.sub(r"(?m)^tables:.*$", "tables:\n  forbidden_certificates: 不开的证明", manifest)
    if "forbidden_certificates" not in manifest:
        manifest += "tables: {forbidden_certificates: 不开的证明}\n"
    install(complete({**sealing, **tables, "mechanism.yaml": manifest.encode()}), by=SYSTEM)
    library.LIBRARY.clear()
    assert sealing_papers.forbidden("婚姻状况证明")["channel"] == "到婚姻登记处查档"
    assert sealing_papers.forbidden("居住证明") is None
    assert issued(cast).state == "waiting"  # 城管局 sits in the county
    Area.objects.filter(code="420281000000").update(level="village")
    paper = issued(cast)
    assert (paper.state, paper.number, paper.trouble["code"]) == ("refused", "", "U030")
    assert "到婚姻登记处查档" in paper_files.trouble_words(paper)
    with pytest.raises(NoSuchPaper):
        paper_files.reporter_pdf(paper.case_id, paper.pk)
    assert not Job.objects.filter(dedupe_key=f"seal-paper:{paper.pk}").exists()


def test_it_draws_the_signature_from_the_case(cast, sealing):
    out = io.BytesIO()
    Image.effect_noise((300, 90), 60).save(out, "PNG")
    drawn = cases.upload("签名.png", io.BytesIO(out.getvalue()), by=cast.wang)
    file = {"sha256": drawn.sha256, "name": drawn.name, "size": drawn.size, "type": drawn.type}
    plain, signed = sealed(issued(cast)), sealed(issued(cast, photos=[file]))
    assert signed.sealed.size > plain.sealed.size + 2000


def test_it_keeps_one_seal_for_all_papers_of_an_office(cast, sealing):
    sealed(issued(cast))
    sealed(issued(cast))
    assert SealCertificate.objects.filter(kind="seal").count() == 1
    numbers = Paper.objects.order_by("id").values_list("number", flat=True)
    assert list(numbers) == ["承办〔2024〕1号", "承办〔2024〕2号"]


BLUE = """---
title: 预审意见
case: appeal
seal: lead
ink: blue
---
<article><h1>预审意见</h1><section class="content"><p>{{ data.subject }}</p></section><p>仅供参考。</p><p class="date">{{ now }}</p></article>
"""
RED = (
    BLUE.replace("title: 预审意见", "title: 许可决定")
    .replace("ink: blue", "turns: blue")
    .replace("预审意见", "许可决定")
)
TURNING = """
- id: blue
  title: 出预审意见
  on: {case: appeal, fact: chosen, step: dispatch, choice: send}
  do: {issue: blue}
- id: again
  title: 再出预审意见
  on: {case: appeal, fact: note}
  do: {issue: blue}
- id: red
  title: 转正
  on: {case: appeal, fact: urge}
  do: {issue: red}
"""


@pytest.mark.parametrize(("other", "state"), [("{{ data.subject }}", "sealed"), ("别的内容", "refused")])
def test_it_turns_the_blue_paper_that_stands_formal_if_it_says_the_same(files, cast, monday, other, state):
    made = {
        **files,
        "reactions.yaml": TURNING.encode(),
        "documents/blue.html": BLUE.encode(),
        "documents/red.html": RED.replace("<p>{{ data.subject }}</p>", f"<p>{other}</p>").encode(),
    }
    install(complete(made), by=SYSTEM)
    receipt = reported(cast)
    dispatched(cast, receipt.case)
    cases.act(receipt.case, "note", {"text": "再审一次"}, by=cast.zhou)
    cases.act(receipt.case, "urge", {"text": "已拿地"}, by=cast.wang)
    react_to_all()
    first, second, red = Paper.objects.filter(case=receipt.case).order_by("id")
    sealed(first), sealed(second)
    first.sealed.refresh_from_db()
    assert (first.sealed.status, first.sealed.replaced_by) == ("replaced", second.sealed)
    assert sealing_papers.seal_waiting_paper.func(red.pk) == state
    red.refresh_from_db()
    second.sealed.refresh_from_db()
    if state == "sealed":
        assert red.sealed.ink == "red" and second.sealed.replaced_by == red.sealed
    else:
        assert red.trouble["code"] == "U022" and second.sealed.status == "valid"
