"""A paper's HTML read into blocks: the few parts that an official paper is made of, and nothing else.

The same reading serves the linter (a template that could not be printed is refused when it is checked) and the printing
(``city.documents``). Blocks are plain JSON:

    {"is": "h1" | "h2" | "h3" | "p", "class": "number", "runs": [run, …]}
    {"is": "ul" | "ol", "items": [[block, …], …]}
    {"is": "quote", "blocks": [block, …]}
    {"is": "table", "columns": 4, "rows": [[{"head": true, "columns": 1, "rows": 1, "blocks": […]}, …], …]}

Blocks of a ``<section class="content">`` say ``"content": true``. A run is ``{"text": "…"}``, with ``"strong": true`` or ``"em": true``; ``{"break": true}``; or a drawn signature
``{"image": "applicant", "alt": "申请人签名"}`` (``<img src="signature:applicant">``).
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from gongzhi.engine.errors import GongzhiError, Where

Block = dict[str, Any]
Run = dict[str, Any]

#: the classes of a paragraph that mean something on paper
CLASSES = ("number", "date", "sign", "notice", "to", "centre")
_ALIASES = {"note": "notice", "center": "centre"}
#: what a paper issued anew has of its own: its number, its date, and notices about the paper itself
_OWN = ("number", "date", "notice")
_PLAIN, _INLINE = ("h1", "h2", "h3", "p"), ("strong", "b", "em", "i", "u", "span", "time", "small")
_WRAPS = ("paper", "article", "section", "div", "header", "footer")
_CONTENT = (*_PLAIN, *_WRAPS, *_INLINE, "blockquote", "ul", "ol", "table", "br", "img")
_ATTRIBUTES = {"td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan", "scope"}, "img": {"src", "alt"}}
_LONGEST, _DEEPEST, _WIDEST = 200_000, 24, 24
_SPACES, _NAME = re.compile(r"[ \t\r\n\f]+"), re.compile(r"^signature:([a-z][a-z0-9_]{0,59})$")
_ENTITY, _BREAK = re.compile(r"&([A-Za-z][A-Za-z0-9]*);"), re.compile(r"<br\s*>")
_XML_ENTITIES = ("lt", "gt", "amp", "quot", "apos")
# neither XML nor a printer knows these
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


class BadPaper(GongzhiError):
    """A paper contains what can't be printed: an unknown part, a part that is not closed, too much."""

    code = "U001"
    sentence = "文书排不了版：%(why)s。"
    remedy = "文书只用标题、段落、表格、列表、加粗和换行；请改正模板后再出。"
    status = 422


def read_paper(text: str, *, file: str = "", line: int = 1) -> list[Block]:
    """The blocks of a paper's HTML; ``file`` and ``line`` say where the text begins, for the error. Raises BadPaper."""
    if len(text) > _LONGEST:
        raise BadPaper(why=f"超过{_LONGEST}个字", where=Where(file=file, line=line))
    if "<!" in text.replace("<!--", "") or "<?" in text:
        raise BadPaper(why="含有声明或处理指令", where=Where(file=file, line=line))
    source = _BREAK.sub("<br/>", _ENTITY.sub(_character, _CONTROL.sub("", text)))
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, huge_tree=False
    )
    try:
        root = etree.fromstring(f"<paper>{source}</paper>".encode(), parser)
    except etree.XMLSyntaxError as error:
        why = f"标签没有写全({error.msg})"
        raise BadPaper(why=why, where=Where(file=file, line=line + (error.lineno or 1) - 1)) from error
    return _Reader(file, line - 1).blocks(root, 0)


def content_hash(blocks: list[Block]) -> str:
    """SHA-256 of what a paper says: a paper that was stamped blue and the one that is to be stamped red are the same exactly
    when this is equal.

    It covers the parts in ``<section class="content">`` where the paper has any, else all but its own number, date and notices.
    """
    said = [block for block in blocks if block.get("content")] or [
        block for block in blocks if not set(block.get("class", "").split()) & set(_OWN)
    ]
    return hashlib.sha256(
        json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    ).hexdigest()


def images_of(blocks: list[Block]) -> set[str]:
    """Names of the drawn signatures that a paper wants."""
    return {run["image"] for run in _runs(blocks) if "image" in run}


def _runs(part: Any) -> Iterator[Run]:
    if isinstance(part, dict):
        yield from part.get("runs", ())
        for key in ("items", "blocks"):
            yield from _runs(part.get(key, []))
        yield from _runs(part["rows"] if isinstance(part.get("rows"), list) else [])
    elif isinstance(part, list):
        for each in part:
            yield from _runs(each)


def _character(match: re.Match[str]) -> str:
    name = match[1]
    return match[0] if name in _XML_ENTITIES else html.escape(html.unescape(match[0]))


class _Reader:
    """One pass over a parsed paper."""

    def __init__(self, file: str, before: int) -> None:
        self.file, self.before = file, before

    def wrong(self, node: etree._Element, why: str) -> BadPaper:
        return BadPaper(why=why, where=Where(file=self.file, line=self.before + _line(node)))

    def tag(self, node: etree._Element, known: tuple[str, ...]) -> str:
        tag = str(node.tag)
        if tag not in known:
            raise self.wrong(node, f"这里不能有“<{tag[:40]}>”")
        for name in node.attrib:
            if name != "class" and name not in _ATTRIBUTES.get(tag, ()):
                raise self.wrong(node, f"“<{tag}>”不能写{str(name)[:40]}")
        return tag

    def blocks(self, parent: etree._Element, depth: int) -> list[Block]:
        """Children as blocks; loose words become paragraphs."""
        if depth > _DEEPEST:
            raise self.wrong(parent, "套得太深")
        found: list[Block] = []
        loose: list[Run] = _text(parent.text, {})
        for node in parent:
            tag = self.tag(node, _CONTENT)
            if tag in _INLINE or tag in ("br", "img"):
                loose += self.inline(node, {}, depth)
            else:
                _flush(found, loose)
                loose = []
                found += self.block(node, tag, depth + 1)
            loose += _text(node.tail, {})
        _flush(found, loose)
        return found

    def block(self, node: etree._Element, tag: str, depth: int) -> list[Block]:
        if tag in _WRAPS:
            inside = self.blocks(node, depth)
            marked = "content" in node.get("class", "").split()
            return [{**each, "content": True} for each in inside] if marked else inside
        if tag == "blockquote":
            return [{"is": "quote", "blocks": self.blocks(node, depth)}]
        if tag in ("ul", "ol"):
            return [{"is": tag, "items": [self.blocks(self.li(each), depth) for each in node]}]
        if tag == "table":
            return [self.table(node, depth)]
        runs = _text(node.text, {})
        for each in node:
            runs += self.inline(each, {}, depth) + _text(each.tail, {})
        named = [_ALIASES.get(name, name) for name in node.get("class", "").split()]
        classes = " ".join(name for name in named if name in CLASSES)
        return [{"is": tag, "class": classes, "runs": _trimmed(runs)}]

    def li(self, node: etree._Element) -> etree._Element:
        self.tag(node, ("li",))
        return node

    def inline(self, node: etree._Element, style: Run, depth: int) -> list[Run]:
        tag = self.tag(node, (*_INLINE, "br", "img"))
        if depth > _DEEPEST:
            raise self.wrong(node, "套得太深")
        if tag == "br":
            return [{"break": True}]
        if tag == "img":
            name = _NAME.match(node.get("src", ""))
            if name is None:
                raise self.wrong(node, "图只能是签名(src=signature:字段编号)")
            return [{"image": name[1], "alt": node.get("alt", "")[:40]}]
        style = {**style, **({"strong": True} if tag in ("strong", "b") else {})}
        style = {**style, **({"em": True} if tag in ("em", "i", "u") else {})}
        runs = _text(node.text, style)
        for each in node:
            runs += self.inline(each, style, depth + 1) + _text(each.tail, style)
        return runs

    def table(self, node: etree._Element, depth: int) -> Block:
        rows = [
            [self.cell(cell, depth) for cell in row]
            for row in self.rows(node, ("thead", "tbody", "tfoot", "tr"))
        ]
        rows = [row for row in rows if row]
        if not rows:
            raise self.wrong(node, "表格是空的")
        columns = self.columns(node, rows)
        return {"is": "table", "columns": columns, "rows": rows}

    def rows(self, node: etree._Element, known: tuple[str, ...]) -> Iterator[etree._Element]:
        for each in node:
            if self.tag(each, known) == "tr":
                yield each
            else:
                yield from self.rows(each, ("tr",))

    def cell(self, node: etree._Element, depth: int) -> Block:
        tag = self.tag(node, ("th", "td"))
        spans = {}
        for name, key in (("colspan", "columns"), ("rowspan", "rows")):
            text = node.get(name, "1")
            if not text.isascii() or not text.isdecimal() or not 1 <= int(text[:3]) <= _WIDEST:
                raise self.wrong(node, f"{name}要写1到{_WIDEST}")
            spans[key] = int(text)
        return {"head": tag == "th", **spans, "blocks": self.blocks(node, depth + 1)}

    def columns(self, node: etree._Element, rows: list[list[Block]]) -> int:
        """How many columns the table has; cells that hang over from the rows above count."""
        hanging: list[int] = []
        widest = 0
        for row in rows:
            width = sum(1 for left in hanging if left) + sum(cell["columns"] for cell in row)
            widest = max(widest, width)
            hanging = [left - 1 for left in hanging if left > 1]
            hanging += [
                cell["rows"] - 1 for cell in row for _each in range(cell["columns"]) if cell["rows"] > 1
            ]
        if widest > _WIDEST:
            raise self.wrong(node, f"表格超过{_WIDEST}列")
        return widest


def _line(node: etree._Element) -> int:
    return node.sourceline if isinstance(node.sourceline, int) else 1


def _text(text: str | None, style: Run) -> list[Run]:
    words = _SPACES.sub(" ", text or "")
    return [{"text": words, **style}] if words else []


def _trimmed(runs: list[Run]) -> list[Run]:
    """Without the blanks with which a template's lines begin and end."""
    runs = [dict(run) for run in runs]
    if runs and "text" in runs[0]:
        runs[0]["text"] = runs[0]["text"].lstrip(" ")
    if runs and "text" in runs[-1]:
        runs[-1]["text"] = runs[-1]["text"].rstrip(" ")
    return [run for run in runs if run.get("text") != ""]


def _flush(found: list[Block], loose: list[Run]) -> None:
    if runs := _trimmed(loose):
        found.append({"is": "p", "class": "", "runs": runs})


__all__ = ["CLASSES", "BadPaper", "Block", "content_hash", "images_of", "read_paper"]
