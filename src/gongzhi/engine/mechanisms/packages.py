"""A mechanism with everything that the next city must know before it trusts it, in one file ``<id>-<version>.gongzhi``.

    package.json      who made it, when, from which versions before, with which effect, what to adapt; SHA-256 of every file
    signature.json    Ed25519 over the bytes of package.json, with the public key
    mechanism/…       the folder

The signature covers package.json, and package.json covers every file. The same content gives the same bytes. Keys and
trust are the city's; here is only what can be said without them.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ConfigDict, Field, ValidationError

from gongzhi.engine.cases.spec import Spec
from gongzhi.engine.mechanisms.archives import EPOCH, read_archive
from gongzhi.engine.mechanisms.errors import NotAPackage, OtherFormat, Tampered, Unsigned
from gongzhi.engine.mechanisms.mechanism import Mechanism, digest_of

#: the format that is written; the formats that are read
FORMAT: Final = 1
SUFFIX: Final = ".gongzhi"
#: versions are compared, so they must be numbers
_VERSION = r"^\d{1,9}\.\d{1,9}\.\d{1,9}(\+[0-9a-z.]+)?$"
_ABOUT, _SIGNED, _FOLDER = "package.json", "signature.json", "mechanism/"


class Part(Spec):
    """A part of package.json; what a later program adds is kept out of the way, not refused."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class Maker(Part):
    """A city."""

    name: str = Field(max_length=120)
    #: area code of twelve digits
    code: str = Field(max_length=12)


class Ancestor(Part):
    """An earlier version, where it was made and when."""

    version: str = Field(max_length=32, pattern=_VERSION)
    digest: str = Field(pattern=r"^[0-9a-f]{64}$")
    city: Maker
    #: ISO date
    on: str = Field(max_length=10)


class Proof(Part):
    """What is known of the effect of a version somewhere (``city.mechanisms.models.Evidence``)."""

    version: str = Field(max_length=32)
    kind: str = Field(max_length=32)
    title: str = Field(max_length=200)
    at: str = Field(max_length=40)
    city: Maker
    data: Mapping[str, Any] = Field(default_factory=dict)


class Need(Part):
    """Another mechanism that must be installed, and the version with which this one ran."""

    id: str = Field(max_length=60)
    version: str = Field(default="", max_length=32, pattern=rf"{_VERSION}|^$")


class About(Part):
    """``package.json``."""

    format: int = FORMAT
    id: str = Field(max_length=60)
    title: str = Field(max_length=120)
    version: str = Field(max_length=32, pattern=_VERSION)
    digest: str = Field(pattern=r"^[0-9a-f]{64}$")
    made_by: Maker
    made_at: str = Field(max_length=40)
    #: earlier versions, oldest first; the last of them is what this one was made from
    lineage: tuple[Ancestor, ...] = ()
    needs: tuple[Need, ...] = ()
    #: role -> title: who must be there to run it
    roles: Mapping[str, str] = Field(default_factory=dict)
    covers: tuple[str, ...] = ()
    evidence: tuple[Proof, ...] = ()
    #: ids of the adaptation points
    adapt: tuple[str, ...] = ()
    scenarios: int = 0
    #: path -> SHA-256
    files: Mapping[str, str] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """An Ed25519 signature and the public key (32 bytes) that made it."""

    key: bytes
    signature: bytes

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the public key: what two cities compare by telephone."""
        return fingerprint(self.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A package that was read: whole, but nobody has looked at its signature yet."""

    about: About
    #: the bytes that were signed
    signed: bytes
    #: ``None`` where it carries none
    signature: Signature | None
    files: Mapping[str, bytes]


def about(
    mechanism: Mechanism,
    *,
    made_by: Maker,
    made_at: str,
    lineage: tuple[Ancestor, ...] = (),
    needs: tuple[Need, ...] = (),
    evidence: tuple[Proof, ...] = (),
) -> About:
    """What a package says of a mechanism."""
    return About(
        id=mechanism.id,
        title=mechanism.title,
        version=mechanism.version,
        digest=mechanism.digest,
        made_by=made_by,
        made_at=made_at,
        lineage=lineage,
        needs=needs or tuple(Need(id=each) for each in mechanism.manifest.needs),
        roles=dict(mechanism.roles),
        covers=mechanism.covers,
        evidence=evidence,
        adapt=tuple(point.id for point in mechanism.manifest.adapt),
        scenarios=len(mechanism.scenarios) + len(mechanism.examples),
        files={path: _hash(content) for path, content in mechanism.files.items()},
    )


def spoken(said: About) -> bytes:
    """package.json, the bytes to be signed: keys in order, one value a line."""
    text = json.dumps(said.model_dump(mode="json"), ensure_ascii=False, sort_keys=True, indent=1)
    return f"{text}\n".encode()


def write(signed: bytes, signature: Signature | None, files: Mapping[str, bytes]) -> bytes:
    """The package as a zip archive; the same content gives the same bytes."""
    contents = {_ABOUT: signed, **{f"{_FOLDER}{path}": data for path, data in files.items()}}
    if signature is not None:
        said = {"algorithm": "Ed25519", "key": signature.key.hex(), "signature": signature.signature.hex()}
        contents[_SIGNED] = f"{json.dumps(said, sort_keys=True, indent=1)}\n".encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(contents, key=lambda path: (path.startswith(_FOLDER), path)):
            info = zipfile.ZipInfo(path, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, contents[path])
    return buffer.getvalue()


def read(content: bytes) -> Package:
    """A package whose files are those that package.json speaks of.

    Raises ``UnsafeArchive`` (paths outside, links, bombs), ``NotAPackage``, ``OtherFormat``, ``Tampered``. Whether the signature
    holds and whether its key is trusted is not asked here; ``signature`` is ``None`` for an unsigned one.
    """
    found = read_archive(content)
    if _ABOUT not in found:
        plain = any(path.endswith("mechanism.yaml") for path in found)
        reason = "里面是一个没有说明书和签名的机制文件夹" if plain else "里面没有 package.json"
        raise NotAPackage(reason=reason)
    signed = found[_ABOUT]
    said = _about(signed)
    files = {path.removeprefix(_FOLDER): data for path, data in found.items() if path.startswith(_FOLDER)}
    strangers = set(found) - {_ABOUT, _SIGNED} - {f"{_FOLDER}{path}" for path in files}
    _as_signed(said, files, strangers)
    return Package(about=said, signed=signed, signature=_signature(found.get(_SIGNED)), files=files)


def signature_of(package: Package) -> Signature:
    """The signature. Raises ``Unsigned``."""
    if package.signature is None:
        raise Unsigned()
    return package.signature


def fingerprint(key: bytes) -> str:
    """SHA-256 of a public key as 64 hexadecimal digits."""
    return hashlib.sha256(key).hexdigest()


def spaced(fingerprint: str) -> str:
    """A fingerprint as it is read out: groups of four."""
    return " ".join(fingerprint[start : start + 4] for start in range(0, len(fingerprint), 4))


def _about(signed: bytes) -> About:
    try:
        said = json.loads(signed)
    except (ValueError, RecursionError) as error:
        raise NotAPackage(reason="package.json 读不出来") from error
    if not isinstance(said, dict) or not isinstance(said.get("format"), int):
        raise NotAPackage(reason="package.json 没有写格式")
    if said["format"] != FORMAT:
        raise OtherFormat(found=said["format"], known=FORMAT)
    try:
        return About.model_validate(said)
    except ValidationError as error:
        key = ".".join(map(str, error.errors()[0]["loc"]))
        raise NotAPackage(reason=f"package.json 的 {key} 不对") from error


def _as_signed(said: About, files: Mapping[str, bytes], strangers: set[str]) -> None:
    wrong = {path for path in files if said.files.get(path) != _hash(files[path])}
    wrong |= (set(said.files) - set(files)) | strangers
    if wrong:
        names = sorted(wrong)
        more = f" 等 {len(names)} 个文件" if len(names) > 5 else ""
        raise Tampered(names="、".join(each[:80] for each in names[:5]) + more)
    if digest_of(files) != said.digest:
        raise Tampered(names="全部内容的指纹")


def _signature(content: bytes | None) -> Signature | None:
    if content is None:
        return None
    try:
        said = json.loads(content)
        key, signature = bytes.fromhex(said["key"]), bytes.fromhex(said["signature"])
        right = said["algorithm"] == "Ed25519" and len(key) == 32 and len(signature) == 64
    except (ValueError, TypeError, KeyError) as error:
        raise NotAPackage(reason="signature.json 读不出来") from error
    if not right:
        raise NotAPackage(reason="signature.json 不是 Ed25519 签名")
    return Signature(key=key, signature=signature)


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


__all__ = [
    "FORMAT", "SUFFIX", "About", "Ancestor", "Maker", "Need", "Package", "Proof", "Signature", "about", "fingerprint", "read",
    "signature_of", "spaced", "spoken", "write",
]  # fmt: skip
