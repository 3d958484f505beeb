"""The mechanisms' folders that a command works on: those named, else all that are shipped."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from gongzhi.city.cli.errors import NoSuchPath


def shipped() -> list[Path]:
    """The folders that come with the program, in order of name."""
    root = Path(str(files("gongzhi"))) / "mechanisms"
    return sorted(path.parent for path in root.glob("*/mechanism.yaml"))


def chosen(words: Sequence[str]) -> list[Path]:
    """The folders named, or all shipped ones; a bare id names a shipped one. Raises ``NoSuchPath``."""
    return [one(word) for word in words] if words else shipped()


def one(word: str) -> Path:
    """The folder of that path, else the shipped mechanism of that id. Raises ``NoSuchPath``."""
    path = Path(word)
    if path.is_dir():
        return path
    found = next((folder for folder in shipped() if folder.name == word), None)
    if found is None:
        raise NoSuchPath(path=word, kind="文件夹")
    return found


def text_of(word: str) -> str:
    """A text file's content. Raises ``NoSuchPath``."""
    path = Path(word)
    if not path.is_file():
        raise NoSuchPath(path=word, kind="文件")
    return path.read_text(encoding="utf-8-sig")


def write(word: str, content: bytes) -> None:
    """Write a whole file or none: a full disk leaves the old one as it was."""
    path = Path(word)
    draft = path.with_name(f".{path.name}.part")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
