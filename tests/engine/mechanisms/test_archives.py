"""A mechanism travels as one file, and comes from strangers."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.engine.mechanisms import UnsafeArchive, load, new, pack, unpack

SOUND = new("base", "基础机制")


def zipped(files: dict[str, bytes], *, link: str = "") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            info = zipfile.ZipInfo(path)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (0o120777 if path == link else 0o100644) << 16
            archive.writestr(info, content)
    return buffer.getvalue()


def test_it_unpacks_what_it_packed() -> None:
    mechanism = load(SOUND)
    again = load(unpack(pack(mechanism)))
    assert again.digest == mechanism.digest
    assert pack(again) == pack(mechanism)


def test_it_reads_archives_with_and_without_a_folder_at_the_top() -> None:
    assert load(unpack(zipped(dict(SOUND)))).digest == load(SOUND).digest
    inside = {f"base/{path}": content for path, content in SOUND.items()}
    assert load(unpack(zipped(inside))).digest == load(SOUND).digest


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "损坏"),
        (b"PK\x03\x04 and no more", "损坏"),
        (zipped({"../evil.yaml": b"x"}), "指向包外"),
        (zipped({"base/../../evil.yaml": b"x"}), "指向包外"),
        (zipped({"/etc/passwd": b"x"}), "指向包外"),
        (zipped({"a\\..\\b": b"x"}), "指向包外"),
        (zipped({"c:evil": b"x"}), "指向包外"),
        (zipped({"base/link": b"/etc/passwd"}, link="base/link"), "链接"),
        (zipped({"big.csv": b"0" * 10_000_000}), "压缩得不正常"),
        (zipped({f"{n}.md": b"" for n in range(1001)}), "1000个"),
        (zipped({f"{n}.csv": bytes(11_000_000) for n in range(2)}), "MB"),
    ],
)
def test_it_refuses_what_is_unsafe(content: bytes, reason: str) -> None:
    with pytest.raises(UnsafeArchive) as refused:
        unpack(content)
    assert reason in refused.value.message


def test_it_refuses_a_path_twice() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("a.md", b"1")
        archive.writestr("a.md", b"2")
    with pytest.raises(UnsafeArchive):
        unpack(buffer.getvalue())


def test_it_refuses_a_damaged_file_inside() -> None:
    content = bytearray(pack(load(SOUND)))
    content[200] ^= 0xFF
    with pytest.raises(UnsafeArchive):
        unpack(bytes(content))


@given(st.binary(max_size=300))
def test_it_only_ever_refuses(content: bytes) -> None:
    with pytest.raises(UnsafeArchive):
        unpack(content)
