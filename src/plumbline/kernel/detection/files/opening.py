"""Opening a file of events: what does it hold, and who reads that."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import orjson

from plumbline.kernel.detection.engine import LONGEST_EVENT
from plumbline.kernel.detection.errors import EventFileError
from plumbline.kernel.detection.files.batches import Batch, Form, Place
from plumbline.kernel.detection.files.event_logs import SIGNATURE, event_log
from plumbline.kernel.detection.files.lines import lines
from plumbline.kernel.detection.files.objects import objects
from plumbline.kernel.detection.files.streams import GZIP, Stream

#: events in a batch, about
BATCH: Final = 2_000
#: bytes of the content by which it is told what it is
_SAMPLE: Final = LONGEST_EVENT
_SAMPLE_LINES: Final = 50
_MEMBERS: Final = rb'(?:"[^"\\]{1,100}"\s*:\s*(?:"[^"\\]{0,1000}"|[\w.+-]{1,40}|\{[^{}]{0,1000}\})\s*,\s*)'
#: one object around an array, as cloud services (Records), Kubernetes (items) and web services (value);
#: narrow, for an event may hold an array too
_WRAPPER: Final = re.compile(
    rb'\s*\{\s*(?:"(?:Records|records|Events|events)"'
    rb'|(?=\{?\s*"(?:kind|apiVersion|@odata\.context)")' + _MEMBERS + rb'{1,20}"(?:items|value)")'
    rb"\s*:\s*\[\s*(?=\{)"
)
_BLANK: Final = b" \t\r\n\0"
#: how JSON begins that holds objects
_JSON: Final = re.compile(rb"\x1e?\s*(?:\[\s*)*(?:\{|\]|\Z)")
#: beginnings of what people take for logs, and what to do
_OTHERS: Final = (
    (
        b"PK\x03\x04",
        "这是 ZIP 压缩包或 Office 文档",
        "日志压缩包请先解压再检测；Office 文档不是日志，可以不管",
    ),
    (b"BZh", "这是 bzip2 压缩文件", "请先解压再检测"),
    (b"\xfd7zXZ\0", "这是 xz 压缩文件", "请先解压再检测"),
    (b"\x28\xb5\x2f\xfd", "这是 zstd 压缩文件", "请先解压再检测"),
    (b"7z\xbc\xaf\x27\x1c", "这是 7z 压缩包", "请先解压再检测"),
    (b"Rar!\x1a\x07", "这是 RAR 压缩包", "请先解压再检测"),
    (GZIP, "压缩文件里还是压缩文件", "请先解压一层再检测"),
    (b"SQLite format 3\0", "这是 SQLite 数据库", "请先把其中的日志导出为 JSON"),
    (b"\xd4\xc3\xb2\xa1", "这是网络抓包文件", "请先用 Zeek 或 Suricata 转成日志"),
    (b"\n\r\r\n", "这是网络抓包文件", "请先用 Zeek 或 Suricata 转成日志"),
    (b"<", "这是 XML 或网页文件", "请导出 .evtx 原文件，或转成每行一个 JSON 对象"),
    (b"%PDF-", "这是 PDF 文档，不是日志", "可以不管"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "这是旧版 Office 文档或缩略图，不是日志", "可以不管"),
    (b"\x89PNG", "这是图片，不是日志", "可以不管"),
    (b"\xff\xd8\xff", "这是图片，不是日志", "可以不管"),
    (b"GIF8", "这是图片，不是日志", "可以不管"),
    (b"0\0\0\0LfLe", "这是 Windows XP/2003 的旧式事件日志（.evt）", "请用事件查看器另存为 .evtx"),
)
_NOT_JSON: Final = "既不是 JSON，也不是 Windows 事件日志（.evtx）"
_TABLE: Final = "像是 CSV 表格，不是 JSON"
_TABLE_ADVICE: Final = (
    "Windows 日志请在事件查看器中另存为 .evtx；别的请导出为 JSON，或转成每行一个 JSON 对象，再检测"
)
_NOT_JSON_ADVICE: Final = "请把日志转成每行一个 JSON 对象（可用 Filebeat、rsyslog 等采集工具），再检测"


class EventFile(Iterator[Batch]):
    """The batches of one file, in order; use it in a `with`, or read it to the end.

    Attributes:
        form: how events stand in it; None for a file without events.
        done: bytes on disk read so far.
    """

    def __init__(self, path: Path, place: Place, most: int) -> None:
        self._most = most
        self._stream = Stream(path)
        self.form: Form | None = place.form
        try:
            self._batches = self._read(place)
        except BaseException:
            self._stream.__exit__()
            raise

    def __enter__(self) -> EventFile:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.__exit__()

    @property
    def done(self) -> int:
        return self._stream.done

    def __next__(self) -> Batch:
        try:
            return next(self._batches)
        except BaseException:
            self._stream.__exit__()
            raise

    def _read(self, place: Place) -> Iterator[Batch]:
        if place.form == "evtx":
            return event_log(self._stream, b"", place, self._most)
        if place.form is not None:
            return self._readers(self._stream.skip(place.offset), place)
        sample = self._sample()
        self.form, begin = form_of(sample, self._stream.name)
        if self.form is None:
            return iter(())
        if self.form == "evtx":
            return event_log(self._stream, sample, Place(), self._most)
        return self._readers(sample[begin:], Place(begin, 0, self.form))

    def _readers(self, ahead: bytes, place: Place) -> Iterator[Batch]:
        if place.form == "lines":
            yield from lines(self._stream, ahead, place, self._most)
        else:
            form: Form = "wrapped" if place.form == "wrapped" else "objects"
            yield from objects(self._stream, ahead, place, self._most, form)

    def _sample(self) -> bytes:
        """Enough of the beginning: a few lines, or as much as an event may have."""
        blocks: list[bytes] = []
        size = breaks = 0
        while size < _SAMPLE and breaks < _SAMPLE_LINES and (block := self._stream.read()):
            blocks.append(block)
            size += len(block)
            breaks += block.count(b"\n")
        return b"".join(blocks)


def open_events(path: Path, place: Place | None = None, *, most: int = BATCH) -> EventFile:
    """The events of a file in batches of about `most`, from `place` on.

    Iterating raises EventFileError where the file cannot be read further; what came before stands.

    Raises:
        EventFileError: the file cannot be read, or holds no events of a form that is known.
    """
    return EventFile(path, place or Place(), most)


def form_of(sample: bytes, name: str) -> tuple[Form | None, int]:
    """How events stand in a content that begins so, and where they begin; None if there are none.

    Raises:
        EventFileError: it is something else.
    """
    if sample.startswith(SIGNATURE):
        return "evtx", 0
    begin = sample.lstrip(_BLANK)
    if not begin:
        return None, 0
    for mark, what, advice in _OTHERS:
        if sample.startswith(mark) or begin.startswith(mark):
            raise EventFileError(what, where=name, advice=advice)
    cut = len(sample) >= _SAMPLE and b"\n" not in sample  # the first line is longer than an event may be
    first = [line.strip(_BLANK) for line in sample.split(b"\n")]
    some = [line for line in first if line][:_SAMPLE_LINES]
    is_json = _JSON.match(begin) is not None
    if is_json or any(line[:1] == b"{" for line in some):
        _demand_utf8(some, name)
    whole = [line for line in some if line[:1] == b"{" and line[-1:] == b"}" and _is_object(line)]
    if not is_json and 2 * len(whole) < len(some):
        if _is_table(some):
            raise EventFileError(_TABLE, where=name, advice=_TABLE_ADVICE)
        raise EventFileError(_NOT_JSON, where=name, advice=_NOT_JSON_ADVICE)
    if begin[:1] not in (b"[", b"\x1e"):
        wrapper = _WRAPPER.match(sample)
        if wrapper and (cut or len(whole) < 2):
            return "wrapped", wrapper.end()
        if 2 * len(whole) >= len(some) or len(whole) > _SAMPLE_LINES // 4:
            return "lines", 0
    return "objects", 0


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(orjson.loads(line), dict)
    except orjson.JSONDecodeError:
        return False


def _is_table(some: list[bytes]) -> bool:
    """Whether the first lines have the same three cells or more; a quoted cell that goes on is none here."""
    text = [line.decode("latin-1") for line in some[:5]]
    for comma in (",", "\t", ";"):
        try:
            cells = {len(row) for row in csv.reader(text, delimiter=comma)}
        except csv.Error:  # no table: a cell without end, a line break in it
            continue
        if len(text) > 1 and len(cells) == 1 and cells.pop() >= 3:
            return True
    return False


def _demand_utf8(some: list[bytes], name: str) -> None:
    """Refuse what is written as GB18030 all over; one odd line is none of a file's encoding."""
    wide = [line for line in some[:-1] or some if not line.isascii()]
    if not wide:
        return
    chinese = 0
    for line in wide:
        try:
            line.decode()
        except UnicodeDecodeError:
            try:
                chinese += any("\u4e00" <= letter <= "\u9fff" for letter in line.decode("gb18030"))
            except UnicodeDecodeError:
                return
        else:
            return
    if 2 * chinese >= len(wide):
        raise EventFileError(
            "文件编码像是 GBK/GB18030，不是 UTF-8",
            where=name,
            advice="请用记事本或采集工具把文件另存为 UTF-8 编码，再检测",
        )
