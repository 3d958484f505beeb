"""Uploads through the pages: refused with a sentence, the form kept, nothing stored, nothing opened."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from gongzhi.city.cases.models import Attachment, Case
from gongzhi.city.web.tests.test_sending import FORM, REPORT, page

pytestmark = pytest.mark.django_db


def picture() -> bytes:
    out = io.BytesIO()
    image = Image.new("RGB", (60, 40), "navy")
    exif = image.getexif()
    exif[0x010F] = "secret-camera"
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


def zip_bomb() -> bytes:
    """A document of 200 kB that unpacks to 200 MB."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("word/document.xml", "w") as inside:
            for _ in range(200):
                inside.write(b" " * 1_000_000)
    return out.getvalue()


def hundred_megapixels() -> bytes:
    """10,000 × 10,000 white pixels, all there, in about 100 kB."""
    packed = zlib.compressobj(9)
    row = b"\0" + b"\xff" * 1250
    data = b"".join(packed.compress(row) for _ in range(10_000)) + packed.flush()
    chunks = (b"IHDR" + struct.pack(">IIBBBBB", 10_000, 10_000, 1, 0, 0, 0, 0), b"IDAT" + data, b"IEND")
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(each) - 4) + each + struct.pack(">I", zlib.crc32(each)) for each in chunks
    )


HOSTILE = {
    "现场.jpg": lambda: b"MZ" + b"\0" * 400,
    "图.svg": lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "材料.docx": zip_bomb,
    "大图.png": hundred_megapixels,
    "网页.png": lambda: b"<!doctype html><script>alert(1)</script>",
    "空的.jpg": lambda: b"",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_and_the_form_kept(browser, name):
    sent = FORM | {"photos": [SimpleUploadedFile(name, HOSTILE[name]())]}
    answer = browser().post(REPORT, sent)
    assert answer.status_code in (400, 413, 415, 422)
    html = page(answer)
    assert name.split(".")[0] in html and 'id="refusal"' in html
    for typed in ("村口路灯不亮", "三天了", "上冯村口", "13800138000"):
        assert typed in html
    assert not Case.objects.exists() and not Attachment.objects.exists()


def test_the_same_at_the_desk(browser, case):
    client = browser("zhou")
    file = SimpleUploadedFile("现场.jpg", HOSTILE["现场.jpg"]())
    answer = client.post(f"/desk/cases/{case}/act/attach/", {"files": [file], "key": "k"})
    assert answer.status_code in (400, 415, 422) and 'id="refusal"' in page(answer)
    assert not Attachment.objects.exists()


def test_a_good_picture_loses_its_secrets_and_is_shown_safely(browser):
    client = browser()
    client.post(REPORT, FORM | {"photos": [SimpleUploadedFile("灯.jpg", picture())]})
    row = Attachment.objects.get()
    answer = browser("li").get(f"/desk/files/{row.sha256}/")
    body = b"".join(answer.streaming_content)
    assert b"secret-camera" not in body and Image.open(io.BytesIO(body)).size == (60, 40)
    assert answer["X-Content-Type-Options"] == "nosniff" and "sandbox" in answer["Content-Security-Policy"]
    assert browser("he").get(f"/desk/files/{row.sha256}/").status_code == 404
    assert browser().get(f"/desk/files/{row.sha256}/").status_code == 302


def test_a_picture_sent_with_a_mistake_need_not_be_sent_again(browser):
    client = browser()
    first = client.post(REPORT, FORM | {"phone": "12", "photos": [SimpleUploadedFile("灯.jpg", picture())]})
    assert first.status_code == 422 and "已收到" in page(first)
    kept = page(first).split('name="photos.kept" value="')[1].split('"')[0]
    second = client.post(REPORT, FORM | {"photos.kept": kept})
    assert second.status_code == 302
    assert Attachment.objects.get().case == Case.objects.get()


def test_nobody_takes_the_file_of_another_by_its_hash(browser):
    client = browser()
    client.post(REPORT, FORM | {"photos": [SimpleUploadedFile("灯.jpg", picture())]})
    row = Attachment.objects.get()
    token = f"{row.sha256}|{row.size}|{row.type}|{row.name}"
    stolen = browser().post(REPORT, FORM | {"key": "another", "photos.kept": token})
    assert stolen.status_code in (403, 404, 422)
    assert Case.objects.count() == 1
