"""A role of the mechanism is done by a role of the city that has another name: the files say the city's name.

Only where the grammar has a role: a field, a step or an end of the same name keeps its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

#: keys whose value is a role, ``role @ scope``, or a list of them
_NAMED = frozenset({"who", "opened_by", "notify", "by", "role", "changed_by", "read_by", "roles", "tell"})
#: keys whose keys are roles
_KEYED = frozenset({"roles", "minutes", "county_offices", "may"})
#: FEEL that asks for a role compares it with a word in quotes
_ASKS = re.compile(r"\brole\b|found_by|\.role")


def rename_roles(files: Mapping[str, bytes], roles: Mapping[str, str]) -> dict[str, bytes]:
    """The files with other names for these roles."""
    made = dict(files)
    wanted = {old: new for old, new in roles.items() if old != new}
    for path in (each for each in files if each.endswith(".yaml") and not each.startswith("strings/")):
        if wanted:
            made[path] = _renamed(files[path], wanted)
    return made


def _renamed(content: bytes, roles: Mapping[str, str]) -> bytes:
    text = content.decode("utf-8-sig")
    if not any(role in text for role in roles):
        return content
    root = YAML(typ="safe", pure=True).compose(text)
    changes = sorted(set(_places(root, "", roles, text)), reverse=True)
    for start, end, word in changes:
        text = text[:start] + word + text[end:]
    return text.encode()


def _places(
    node: Node | None, under: str, roles: Mapping[str, str], text: str
) -> Iterator[tuple[int, int, str]]:
    """(start, end, new text) of every place that names one of the roles."""
    if isinstance(node, ScalarNode):
        yield from _scalar(node, under, roles, text)
    elif isinstance(node, SequenceNode):
        for item in node.value:
            yield from _places(item, under, roles, text)
    elif isinstance(node, MappingNode):
        for key, value in node.value:
            if under in _KEYED and key.value in roles:
                yield from _word(key, roles, text)
            yield from _places(value, str(key.value), roles, text)


def _scalar(
    node: ScalarNode, under: str, roles: Mapping[str, str], text: str
) -> Iterator[tuple[int, int, str]]:
    value: Any = node.value
    if under in _NAMED and str(value).partition("@")[0].strip() in roles:
        yield from _word(node, roles, text)
    elif under == "what" and str(value).partition(".")[2] in roles and str(value).startswith("roles."):
        start, role = node.start_mark.index, str(value).partition(".")[2]
        place = text[start : node.end_mark.index].find(role, len("roles."))
        yield start + place, start + place + len(role), roles[role]
    elif _ASKS.search(str(value)):
        start = node.start_mark.index
        for old, new in roles.items():
            for found in re.finditer(
                rf"(?<=[\"']){re.escape(old)}(?=[\"'])", text[start : node.end_mark.index]
            ):
                yield start + found.start(), start + found.end(), new


def _word(node: Node, roles: Mapping[str, str], text: str) -> Iterator[tuple[int, int, str]]:
    start = node.start_mark.index
    written = text[start : node.end_mark.index]
    role = str(node.value).partition("@")[0].strip()
    place = written.find(role)
    yield start + place, start + place + len(role), roles[role]


__all__ = ["rename_roles"]
