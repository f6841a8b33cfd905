"""XML as a stream of small records: nothing of the rest of the file is kept in memory.

Entity declarations are refused, external parts are never loaded; `defusedxml` sees to both.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import BinaryIO
from xml.sax import SAXException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from defusedxml import DefusedXmlException
from defusedxml.sax import make_parser

from plumbline.kernel.scans.limits import ScanLimits
from plumbline.kernel.scans.result import ScanRefused

_CHUNK = 128 * 1024


class Node:
    """One XML element within a record: `node["name"]`, `node.text`, `node.all("cve")`."""

    __slots__ = ("attributes", "children", "parts", "tag")

    def __init__(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.children: list[Node] = []
        self.parts: list[str] = []

    @property
    def text(self) -> str:
        """Its own text."""
        return "".join(self.parts).strip()

    def __getitem__(self, name: str) -> str:
        return self.attributes.get(name, "")

    def first(self, tag: str) -> Node | None:
        """The first child of that name."""
        return next((child for child in self.children if child.tag == tag), None)

    def all(self, tag: str) -> list[Node]:
        """The children of that name."""
        return [child for child in self.children if child.tag == tag]

    def word(self, *path: str) -> str:
        """The text of the element that the names lead to; "" where there is none."""
        node: Node | None = self
        for tag in path:
            node = node.first(tag) if node else None
        return node.text if node else ""

    def walk(self) -> Iterator[Node]:
        """Itself and everything below."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(node.children))


class _Collector(ContentHandler):
    """Gathers records; elements outside of them are told as nodes without children."""

    def __init__(self, records: Collection[str], containers: Collection[str], limits: ScanLimits) -> None:
        super().__init__()
        self._records, self._containers, self._limits = frozenset(records), frozenset(containers), limits
        self._open: list[Node] = []
        self._nodes = self._characters = self._depth = 0
        self.events = 0
        self.ready: list[Node] = []
        self.root = ""

    def startElement(self, name: str, attrs: AttributesImpl) -> None:
        self.events += 1
        self._depth += 1
        if self._depth > self._limits.depth:
            raise ScanRefused(f"XML 嵌套超过 {self._limits.depth} 层", advice="请确认这是扫描器导出的报告。")
        tag = name.rpartition(":")[2]
        self.root = self.root or tag
        if self._open:
            node = Node(tag, dict(attrs))
            self._count(sum(map(len, node.attributes.values())), nodes=1)
            self._open[-1].children.append(node)
            self._open.append(node)
        elif tag in self._records:
            self._nodes = self._characters = 0
            self._open.append(Node(tag, dict(attrs)))
        elif tag in self._containers:
            self.ready.append(Node(tag, dict(attrs)))

    def characters(self, content: str) -> None:
        self.events += 1
        if self._open:
            self._count(len(content))
            self._open[-1].parts.append(content)

    def endElement(self, name: str) -> None:
        self.events += 1
        self._depth -= 1
        if self._open:
            node = self._open.pop()
            if not self._open:
                self.ready.append(node)

    def _count(self, characters: int, *, nodes: int = 0) -> None:
        self._characters += characters
        self._nodes += nodes
        if self._characters > self._limits.record or self._nodes > self._limits.nodes:
            raise ScanRefused(
                f"报告中有一条记录异常庞大，超过 {self._limits.record // 1_000_000} 兆字"
                f"或 {self._limits.nodes:,} 个元素",
                advice="请确认报告没有损坏，重新导出后再上传。",
            )


def nodes(
    stream: BinaryIO, *, records: Collection[str], containers: Collection[str], limits: ScanLimits
) -> Iterator[Node]:
    """The elements named, as they come.

    Args:
        records: elements that are handed over whole, when they end.
        containers: elements that are handed over with their attributes alone, when they begin.

    Raises:
        ScanRefused: damaged, cut off, with entities, or over a limit.
    """
    collector = _Collector(records, containers, limits)
    parser = make_parser()
    parser.forbid_entities = parser.forbid_external = True
    parser.setContentHandler(collector)
    stream.seek(0)
    events = silent = 0
    try:
        while chunk := stream.read(_CHUNK):
            parser.feed(chunk)
            # an attribute or a comment is kept whole by the parser until it ends
            silent = silent + len(chunk) if collector.events == events else 0
            events = collector.events
            if silent > limits.record:
                raise ScanRefused(
                    f"报告中有一个属性或注释异常庞大，超过 {limits.record // 1_000_000} 兆字节",
                    where=f"第 {parser.getLineNumber() or 1} 行附近",
                    advice="请确认报告没有损坏，重新导出后再上传。",
                )
            yield from collector.ready
            collector.ready.clear()
        parser.close()
    except DefusedXmlException as error:
        raise ScanRefused(
            "报告含有实体定义（ENTITY）或外部引用，为安全起见不能接收",
            advice="扫描器导出的报告不需要它们；请从扫描器重新导出原始报告。",
        ) from error
    except SAXException as error:
        # the parser's own words are English; the place is what helps
        where = parser.getLineNumber() or 0
        raise ScanRefused(
            "报告不是完整的 XML，可能已损坏或没有下载完，什么都没有导入",
            where=f"第 {where} 行" if where else "",
            advice="请在扫描器中重新导出后再上传。",
        ) from error
    except (UnicodeError, ValueError, LookupError) as error:
        raise ScanRefused("报告的文字编码无法识别", advice="请以 UTF-8 编码重新导出后再上传。") from error
    yield from collector.ready
