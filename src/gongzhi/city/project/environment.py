"""Settings from the environment: each parser accepts only valid values and says what it wanted."""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")

_SWITCH = {
    "1": True,
    "true": True,
    "yes": True,
    "on": True,
    "0": False,
    "false": False,
    "no": False,
    "off": False,
}


def text(name: str, default: str = "") -> str:
    """The value as it is; the default when the variable is absent or empty."""
    return os.environ.get(name, "").strip() or default


def switch(name: str, default: bool) -> bool:
    """on/off, true/false, yes/no, 1/0."""
    value = text(name).lower()
    if not value:
        return default
    if value not in _SWITCH:
        raise _wrong(name, value, "on or off")
    return _SWITCH[value]


def number(name: str, default: int, *, least: int = 0, most: int = 2**31) -> int:
    """A whole number within bounds."""
    value = text(name)
    if not value:
        return default
    if not value.isdecimal() or not least <= int(value) <= most:
        raise _wrong(name, value, f"a whole number from {least} to {most}")
    return int(value)


def words(name: str, default: list[str]) -> list[str]:
    """Words separated by commas."""
    value = text(name)
    return [word.strip() for word in value.split(",") if word.strip()] if value else default


def one_of(name: str, default: str, values: Mapping[str, T]) -> T:
    """The value that the word stands for."""
    word = text(name, default)
    if word not in values:
        raise _wrong(name, word, " or ".join(values))
    return values[word]


def address(name: str, default: str = "", *, schemes: tuple[str, ...]) -> str:
    """An address with one of the schemes; the value may hold a password and isn't repeated in the error."""
    value = text(name, default)
    if value and urlsplit(value).scheme not in schemes:
        raise ImproperlyConfigured(f"{name} must be an address that starts with {', '.join(schemes)}")
    return value


def place(name: str) -> str:
    """Where something answers: ``:8001`` (this host, that port), an http address, or a path; empty: nowhere."""
    value = text(name)
    port = value[1:]
    if not value or value.startswith("/") or urlsplit(value).scheme in ("http", "https"):
        return value
    if value.startswith(":") and port.isdecimal() and 0 < int(port) < 65536:
        return value
    raise _wrong(name, value, "a port like :8001, an http address, or a path like /live/")


def folder(name: str, default: str) -> Path:
    """An absolute folder; made when absent, readable by its owner only."""
    path = Path(text(name, default)).expanduser().resolve()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"{name}: can't make the folder {path} ({error.strerror})") from error
    return path


def secret(name: str, keep_in: Path | None, make: str) -> str:
    """A secret: from the environment, else from the file ``keep_in`` (made on first use, mode 0600).

    With ``keep_in`` None (a real database is configured) an absent secret is refused: two machines would each make
    their own. ``make`` is ``text`` for a random text or ``keys`` for a ring of field keys.
    """
    value = text(name)
    if value:
        return value
    if keep_in is None:
        raise ImproperlyConfigured(f"{name} must be set when DATABASE_URL is set")
    if not keep_in.exists():
        _write_once(keep_in, _MAKERS[make]())
    if keep_in.stat().st_mode & 0o077:
        raise ImproperlyConfigured(f"{keep_in} can be read by others; run: chmod 600 {keep_in}")
    return keep_in.read_text(encoding="ascii").strip()


def _new_ring() -> str:
    return ",".join(
        f"{key_id}:{base64.b64encode(secrets.token_bytes(32)).decode()}" for key_id in ("index", "k1")
    )


_MAKERS = {"text": lambda: secrets.token_urlsafe(48), "keys": _new_ring}


def _write_once(path: Path, value: str) -> None:
    """Write the whole file or nothing; when two processes start at once, the first one's value stays."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(value + "\n", encoding="ascii")
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _wrong(name: str, value: str, wanted: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{name}={value!r} is not valid: give {wanted}")
