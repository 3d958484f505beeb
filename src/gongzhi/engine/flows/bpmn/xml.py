"""Reading XML that may be hostile, and the names of BPMN 2.0's namespaces."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from gongzhi.engine.flows.errors import UnreadableModel

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DD = "http://www.omg.org/spec/DD/20100524/DI"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
FEEL = "https://www.omg.org/spec/DMN/20191111/FEEL/"
#: what BPMN has no word for, as attributes of its elements
GONGZHI = "urn:gongzhi:bpmn:1"

MOST_BYTES = 16 * 1024 * 1024
MOST_ELEMENTS = 200_000

#: marks with which a flow writes the keys of its state; no NCName contains them
_NOT_IN_IDS = set("@#/ \0\t\n")

Element = etree._Element


def parse(xml: bytes) -> Element:
    """The root of a BPMN document.

    Raises UnreadableModel for what is no well-formed XML, has a document type (entities), is too large, or is
    not BPMN. Nothing is fetched and no entity is expanded.
    """
    if len(xml) > MOST_BYTES:
        raise UnreadableModel(why=f"文件超过{MOST_BYTES // 1024 // 1024}兆字节")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableModel(why=f"XML 有误({error})") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnreadableModel(why="不接受带 DOCTYPE 的文件")
    if root.tag != f"{{{BPMN}}}definitions":
        raise UnreadableModel(why="根元素不是 BPMN 2.0 的 definitions")
    if sum(1 for _ in root.iter()) > MOST_ELEMENTS:
        raise UnreadableModel(why=f"元素超过{MOST_ELEMENTS}个")
    seen = set()
    for element in root.iter():
        name = element.get("id")
        if name is None or not kind(element):
            continue
        if not name or set(name) & _NOT_IN_IDS:
            raise UnreadableModel(why=f"编号不合规:{name[:40]}")
        if name in seen:
            raise UnreadableModel(why=f"编号重复:{name[:40]}")
        seen.add(name)
    return root


def kind(element: Element) -> str:
    """Local name of a BPMN element; empty for elements of other namespaces.

    >>> kind(etree.fromstring(f'<b:userTask xmlns:b="{BPMN}"/>'))
    'userTask'
    """
    tag = element.tag
    prefix = f"{{{BPMN}}}"
    return tag[len(prefix) :] if isinstance(tag, str) and tag.startswith(prefix) else ""


def children(element: Element, *kinds: str) -> Iterator[Element]:
    """Child elements of BPMN, of these kinds if any are named."""
    for child in element:
        name = kind(child)
        if name and (not kinds or name in kinds):
            yield child


def child(element: Element, *kinds: str) -> Element | None:
    """The first such child, or None."""
    return next(children(element, *kinds), None)


def text_of(element: Element | None) -> str:
    """The text inside, without the blanks around; empty for None."""
    return "" if element is None else "".join(map(str, element.itertext())).strip()


def local(reference: str | None) -> str:
    """A QName reference without its prefix."""
    return (reference or "").rpartition(":")[2]


def own(element: Element, name: str) -> str:
    """Our own attribute of this name."""
    return element.get(f"{{{GONGZHI}}}{name}") or ""


def own_number(element: Element, name: str) -> int:
    """Our own attribute as a positive number; 0 when absent. Raises UnreadableModel for anything else."""
    text = own(element, name)
    if not text:
        return 0
    if not (text.isdecimal() and 0 < int(text[:9]) < 10_000):
        raise UnreadableModel(why=f"{name} 不是正整数:{text[:20]}")
    return int(text)
