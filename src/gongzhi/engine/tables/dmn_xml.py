"""DMN's XML: reading it safely, and the few questions that everybody asks of an element."""

from __future__ import annotations

import copy
from collections.abc import Iterator

from lxml import etree

from .errors import ModelError

Element = etree._Element
MAX_BYTES = 20_000_000
#: elements of one file
MAX_ELEMENTS = 200_000


def parse(data: bytes) -> Element:
    """The root of a DMN file, ``definitions`` of DMN 1.1 to 1.6.

    No document type, no entities, no network, at most 20 MB. Raises ModelError (T005).
    """
    if len(data) > MAX_BYTES:
        raise ModelError(why=f"文件超过{MAX_BYTES // 1_000_000}兆字节")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as failure:
        raise ModelError(why=f"不是合格的 XML({failure})") from None
    if str(root.getroottree().docinfo.doctype):  # type: ignore[union-attr]
        raise ModelError(why="含有文档类型声明(DOCTYPE)")
    if tag(root) != "definitions" or not any("omg.org/spec/DMN/" in space for space in root.nsmap.values()):
        raise ModelError(why="根元素不是 DMN 的 definitions")
    if sum(1 for _ in root.iter()) > MAX_ELEMENTS:
        raise ModelError(why=f"超过{MAX_ELEMENTS}个元素")
    return root


def tag(element: Element) -> str:
    """Name of the element without its namespace."""
    return str(etree.QName(element).localname)


def children(element: Element, *names: str) -> Iterator[Element]:
    """Child elements with one of the names."""
    return (child for child in element if isinstance(child.tag, str) and tag(child) in names)


def child(element: Element, *names: str) -> Element | None:
    """The first child element with one of the names."""
    return next(children(element, *names), None)


def text(element: Element | None, name: str = "text") -> str:
    """Text of a child, stripped; empty where there is none."""
    found = child(element, name) if element is not None else None
    return "".join(str(part) for part in found.itertext()).strip() if found is not None else ""


def type_ref(element: Element | None) -> str:
    """The ``typeRef`` of an element without a prefix that only names the FEEL namespace."""
    if element is None:
        return ""
    name = element.get("typeRef") or text(element, "typeRef")
    prefix, colon, rest = name.partition(":")
    if colon and (prefix in element.nsmap or prefix == "feel"):
        return rest
    return name


def name_of(element: Element) -> str:
    """The ``name`` attribute with white space normalised, as FEEL compares names."""
    return " ".join((element.get("name") or "").split())


def copied(element: Element) -> Element:
    """A copy with its own place in no tree; line numbers stay."""
    return copy.deepcopy(element)


def line(element: Element) -> int:
    """The line on which the element starts, 0 where it is unknown."""
    found = element.sourceline
    return found if isinstance(found, int) else 0
