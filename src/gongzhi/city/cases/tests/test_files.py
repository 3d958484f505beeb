"""Uploads: what is taken, what is refused, and that nothing foreign survives in an image."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest
from PIL import Image

from gongzhi.city.cases import actions, files, queries
from gongzhi.city.cases.errors import NoSuchCase, NotYourFile
from gongzhi.city.cases.files import errors
from gongzhi.city.cases.models import Attachment, Case
from gongzhi.city.cases.tests.cast import reported


def jpeg(width=40, height=20, **more):
    out = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(out, "JPEG", **more)
    return out.getvalue()


def png_header(width, height):
    """A PNG that announces a size and holds next to nothing."""
    body = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + body
    data = b"IDAT" + zlib.compress(b"\0" * 100)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part))
        for part in (chunk, data)
    )


def zipped(**entries):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), content)
    return out.getvalue()


def office(**more):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w/>")
        for name, content in more.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return out.getvalue()


MP4 = struct.pack(">I4s4sI4s", 20, b"ftyp", b"isom", 0, b"isom") + struct.pack(">I4s", 8, b"moov")
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.mark.parametrize(
    ("name", "content", "type_", "ending"),
    [
        ("照片.JPG", jpeg(), "image/jpeg", "照片.jpg"),
        ("a.png", b"", "image/png", "a.png"),
        ("报告.pdf", PDF, "application/pdf", "报告.pdf"),
        (
            "说明.exe",
            office(),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "说明.docx",
        ),
        ("录像.mov", MP4, "video/mp4", "录像.mp4"),
    ],
)
def test_it_knows_a_file_by_its_bytes(name, content, type_, ending):
    if type_ == "image/png":
        out = io.BytesIO()
        Image.new("RGBA", (4, 4), (1, 2, 3, 128)).save(out, "PNG")
        content = out.getvalue()
    seen = files.inspect(name, io.BytesIO(content))
    assert (seen.type, seen.name) == (type_, ending)


REFUSED = [
    ("程序.jpg", b"MZ" + b"\0" * 200, errors.KindNotAllowed),
    ("elf.pdf", b"\x7fELF" + b"\0" * 200, errors.KindNotAllowed),
    ("run.png", b"#!/bin/sh\nrm -rf /\n", errors.KindNotAllowed),
    (
        "图.svg",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        errors.KindNotAllowed,
    ),
    ("图.jpg", b'\xef\xbb\xbf  <?xml version="1.0"?><svg onload="x"/>', errors.KindNotAllowed),
    ("页.jpg", b"<!DOCTYPE html><script>alert(1)</script>", errors.KindNotAllowed),
    ("包.zip", zipped(a_xml="x"), errors.KindNotAllowed),
    ("空.jpg", b"", errors.EmptyFile),
    ("坏.jpg", jpeg()[:60], errors.BrokenFile),
    ("坏.pdf", b"%PDF-1.7 half", errors.BrokenFile),
    ("坏.docx", office()[:60], errors.BrokenFile),
    ("坏.mp4", struct.pack(">I4s4s", 12, b"ftyp", b"isom"), errors.BrokenFile),
    ("宏.docx", office(word__vbaProject_dot_bin="x"), errors.ActiveContent),
    (
        "脚本.pdf",
        PDF.replace(b"<<>>endobj", b"<</S/JavaScript/JS(app.alert(1))>>endobj"),
        errors.ActiveContent,
    ),
    ("百兆像素.png", png_header(10_000, 10_000), errors.TooManyPixels),
    ("更大.png", png_header(65_000, 65_000), errors.TooManyPixels),
    ("动图.gif", b"GIF89a" + b"\0" * 100, errors.KindNotAllowed),
]


@pytest.mark.parametrize(("name", "content", "error"), REFUSED, ids=[row[0] for row in REFUSED])
def test_it_refuses(name, content, error):
    with pytest.raises(error) as caught:
        files.inspect(name, io.BytesIO(content))
    assert name.split(".")[0] in caught.value.message


def test_it_refuses_a_zip_bomb_before_it_fills_the_memory():
    bomb = office(word__media=b"0" * 60_000_000)
    assert len(bomb) < 200_000
    with pytest.raises(errors.SuspiciousArchive):
        files.inspect("炸弹.docx", io.BytesIO(bomb))


def test_it_refuses_a_zip_whose_directory_lies():
    honest = office(word__media=b"0" * 60_000_000)
    lying = honest.replace(struct.pack("<I", 60_000_000), struct.pack("<I", 1000))
    with pytest.raises(errors.FileRefused):
        files.inspect("谎.docx", io.BytesIO(lying))


def test_it_refuses_what_is_too_large(monkeypatch):
    stream = io.BytesIO(jpeg())
    stream.seek(21 * 1024 * 1024)
    stream.write(b"\0")
    with pytest.raises(errors.FileTooLarge):
        files.inspect("大.jpg", stream)


def test_it_leaves_no_trace_of_where_a_photo_was_taken():
    picture, exif = Image.new("RGB", (60, 30), "blue"), Image.Exif()
    exif[0x010E], exif[0x0112] = "secret place", 6
    exif.get_ifd(0x8825)[2] = (30.0, 6.0, 0.0)
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif, comment=b"hidden words")
    seen = files.inspect("p.jpg", io.BytesIO(out.getvalue() + b"<script>tail</script>"))
    content = seen.stream.read()
    assert b"secret" not in content and b"hidden" not in content and b"script" not in content
    again = Image.open(io.BytesIO(content))
    assert not again.getexif() and again.size == (30, 60)  # turned upright


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\windows\\x.jpg", "x.jpg"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("\0\n\r", "file"),
        ("...", "file"),
    ],
)
def test_it_cleans_names(name, clean):
    assert files.inspection.clean_name(name) == clean


@pytest.mark.django_db
def test_it_keeps_one_file_per_content(cast, monday):
    one, two = (actions.upload(f"{n}.jpg", io.BytesIO(jpeg()), by=cast.wang) for n in (1, 2))
    assert one.sha256 == two.sha256
    with files.open_file(one.sha256) as stream:
        assert len(stream.read()) == one.size


@pytest.mark.django_db
def test_it_binds_an_upload_to_the_case_that_mentions_it(cast, monday):
    row = actions.upload("灯.jpg", io.BytesIO(jpeg()), by=cast.wang)
    photo = {"name": row.name, "sha256": row.sha256, "size": row.size, "type": row.type}
    receipt = reported(cast, photos=[photo])
    row.refresh_from_db()
    assert str(row.case_id) == receipt.case
    found, path = queries.file_of(cast.li, row.sha256)
    assert found == row and path.exists()
    with pytest.raises(NoSuchCase):
        queries.file_of(cast.he, row.sha256)


@pytest.mark.django_db
def test_it_gives_nobody_a_file_by_its_hash(cast, monday):
    row = actions.upload("灯.jpg", io.BytesIO(jpeg()), by=cast.wang)
    photo = {"name": "x.jpg", "sha256": row.sha256, "size": row.size, "type": row.type}
    with pytest.raises(NotYourFile):
        actions.open_case("mini", "appeal", {"subject": "偷", "text": "看", "photos": [photo]}, by=cast.hu)
    assert not Case.objects.exists()


@pytest.mark.django_db
def test_it_corrects_no_file_into_a_case_that_its_writer_never_uploaded(cast, monday):
    strange = actions.upload("别人的.jpg", io.BytesIO(jpeg()), by=cast.zhou)
    receipt = reported(cast)
    listed = [{"name": "a.png", "sha256": strange.sha256, "size": strange.size, "type": strange.type}]
    with pytest.raises(NotYourFile):
        actions.act(receipt.case, "correct", {"photos": listed, "reason": "补一张照片"}, by=cast.li)


@pytest.mark.django_db
def test_it_adds_files_later_and_forgets_what_nobody_claims(cast, monday):
    from datetime import timedelta

    receipt = reported(cast)
    mine = actions.upload("灯.jpg", io.BytesIO(jpeg()), by=cast.wang)
    actions.attach(receipt.case, [mine.pk], by=cast.wang)
    stray = actions.upload("别.jpg", io.BytesIO(jpeg(50, 50)), by=cast.wang)
    assert actions.sweep_uploads(monday + timedelta(hours=25)) == 1
    assert list(Attachment.objects.all()) == [mine]
    with pytest.raises(errors.FileMissing):
        files.open_file(stray.sha256)


@pytest.mark.django_db
def test_it_says_when_the_disk_is_full(cast, monday, monkeypatch):
    import errno
    import os

    def full(*args):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(errors.NoRoom):
        actions.upload("灯.jpg", io.BytesIO(jpeg()), by=cast.wang)
    monkeypatch.undo()
    assert not Attachment.objects.exists()
    assert not [path for path in files.store.root().iterdir() if path.name.startswith("incoming-")]
