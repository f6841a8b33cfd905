"""Events come out of files of every form as they went in, in order, with numbers, and from any place on."""

from __future__ import annotations

import gzip
import os
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plumbline.kernel.detection.errors import EventFileError
from plumbline.kernel.detection.files import Batch, open_events

Written = Callable[[bytes], Path]
PRETTY = orjson.OPT_INDENT_2
EVENTS: list[dict[str, Any]] = [
    {"n": n, "text": '{"[}\\" 中文\u2028' * (n % 4), "inner": {"list": [{"a": n}, [1, "]"]], "empty": {}}}
    for n in range(700)
]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    def write(content: bytes) -> Path:
        path = tmp_path / "events.log"
        path.write_bytes(content)
        return path

    return write


def read(path: Path, **options: Any) -> list[Batch]:
    with open_events(path, **options) as file:
        return list(file)


def content_of(batches: list[Batch]) -> list[Any]:
    return [orjson.loads(line) for batch in batches for line in batch.lines]


def numbers_of(batches: list[Batch]) -> list[int]:
    return [number for batch in batches for number in batch.numbers]


def faults_of(batches: list[Batch]) -> list[tuple[int, str]]:
    return [fault for batch in batches for fault in batch.faults]


def rows(events: list[dict[str, Any]], end: bytes = b"\n") -> bytes:
    return b"".join(orjson.dumps(event) + end for event in events)


FORMS: dict[str, bytes] = {
    "lines": rows(EVENTS),
    "lines without the last line feed": rows(EVENTS)[:-1],
    "lines with carriage returns": rows(EVENTS, b"\r\n"),
    "lines with blank ones": rows(EVENTS, b"\n \n\n\r\n"),
    "lines after a byte order mark": b"\xef\xbb\xbf" + rows(EVENTS),
    "indented, one after another": b"\n".join(orjson.dumps(event, option=PRETTY) for event in EVENTS),
    "indented by nothing": b"\n".join(orjson.dumps(e, option=PRETTY).replace(b"\n ", b"\n") for e in EVENTS),
    "all on one line": rows(EVENTS, b""),
    "text sequence": b"".join(b"\x1e" + orjson.dumps(event) + b"\n" for event in EVENTS),
    "array": orjson.dumps(EVENTS),
    "indented array": orjson.dumps(EVENTS, option=PRETTY),
    "array of an event a line": b"[\n" + rows(EVENTS, b",\n")[:-2] + b"\n]\n",
    "wrapped array": orjson.dumps({"kind": "List", "meta": {"a": 1}, "items": EVENTS, "next": "more"}),
    "records of a cloud service": orjson.dumps({"Records": EVENTS}),
    "indented wrapped array": orjson.dumps({"kind": "List", "items": EVENTS}, option=PRETTY),
    "UTF-16 with a mark": rows(EVENTS).decode().encode("utf-16"),
    "UTF-16 without a mark": rows(EVENTS).decode().encode("utf-16-le"),
    "UTF-16, the other end first": rows(EVENTS).decode().encode("utf-16-be"),
}


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize("form", FORMS)
def test_events_come_out_as_they_went_in(written: Written, form: str, packed: bool) -> None:
    content = FORMS[form]
    path = written(gzip.compress(content) if packed else content)
    batches = read(path)
    assert content_of(batches) == EVENTS
    assert numbers_of(batches) == list(range(len(EVENTS)))
    assert faults_of(batches) == []
    assert batches[-1].done == path.stat().st_size


@pytest.mark.parametrize("form", FORMS)
def test_reading_goes_on_from_every_place(written: Written, form: str) -> None:
    path = written(FORMS[form])
    batches = read(path, most=50)
    assert len(batches) >= 14
    for index in (0, 1, len(batches) // 2, len(batches) - 1):
        rest = read(path, place=batches[index].place)
        assert content_of(rest) == content_of(batches[index + 1 :])
        assert numbers_of(rest) == numbers_of(batches[index + 1 :])


def test_one_event_that_holds_an_array_is_one_event(written: Written) -> None:
    for event in ({"a": 1, "Records": [{"b": 2}]}, {"items": [{"b": 2}]}, {"kind": "x", "data": [{"b": 2}]}):
        assert content_of(read(written(orjson.dumps(event)))) == [event]


def test_packed_files_one_after_another_are_one_file(written: Written) -> None:
    halves = gzip.compress(rows(EVENTS[:300])) + gzip.compress(rows(EVENTS[300:])) + b"\0" * 512
    assert content_of(read(written(halves))) == EVENTS


def test_empty_and_blank_files_hold_no_events(written: Written) -> None:
    for content in (b"", b"\n\n  \n", b"[]", b"\xef\xbb\xbf", gzip.compress(b""), b'{"Records": []}'[:0]):
        assert content_of(read(written(content))) == []


def test_a_line_that_is_no_json_stays_a_line_for_the_engine_to_tell(written: Written) -> None:
    batches = read(written(rows(EVENTS[:3]) + b'{"cut": "of\n' + rows(EVENTS[3:5])))
    assert numbers_of(batches) == [0, 1, 2, 3, 4, 5]
    assert batches[0].lines[3] == b'{"cut": "of'


@pytest.mark.parametrize("form", ["lines", "array", "indented", "only"])
def test_long_events_are_read_whole(written: Written, form: str) -> None:
    """Few line feeds in what is read to tell the form: nothing of that is one line too long."""
    some = [{"n": n, "text": "x" * (20_000 + 1_000 * n)} for n in range(60)]
    content = {
        "lines": rows(some),
        "array": orjson.dumps(some),
        "indented": orjson.dumps(some, option=PRETTY),
        "only": rows(some, b""),
    }[form]
    path = written(content)
    batches = read(path, most=7)
    assert content_of(batches) == some
    for index, batch in enumerate(batches):
        assert content_of(read(path, place=batch.place)) == content_of(batches[index + 1 :])


@pytest.mark.parametrize("form", ["lines", "array", "indented", "only"])
def test_an_event_too_long_costs_itself_alone(written: Written, form: str) -> None:
    some: list[dict[str, Any]] = [{"a": 1}, {"b": 'x\\"{' * 800_000, "c": [{"d": "}"}]}, {"e": 2}, {"f": 3}]
    content = {
        "lines": rows(some),
        "array": orjson.dumps(some),
        "indented": orjson.dumps(some, option=PRETTY),
        "only": rows(some, b""),
    }[form]
    batches = read(written(content))
    short = [line for batch in batches for line in batch.lines if len(line) <= 1_000_000]
    assert [orjson.loads(line) for line in short] == [some[0], some[2], some[3]]
    skipped = dict(faults_of(batches))
    if form == "lines":  # there the engine tells; what is kept of the line is bounded
        assert [len(line) > 1_000_000 for batch in batches for line in batch.lines].count(True) == 1
        assert max(len(line) for batch in batches for line in batch.lines) < 1_600_000
    else:
        assert skipped == {1: "too long"}
        assert numbers_of(batches) == [0, 2, 3]


@pytest.mark.parametrize("indent", [b"", b"  "])
def test_after_a_broken_object_reading_goes_on_at_the_next(written: Written, indent: bytes) -> None:
    whole = [orjson.dumps(e, option=PRETTY).replace(b"\n", b"\n" + indent) for e in EVENTS[:4]]
    broken = [b'{\n  "a": 1,', b'{\n "a": "cut off\n "b": 2\n}', b'{\n "a": [1}', b'{"a":' * 90]
    mixed = [one for pair in zip(whole, broken, strict=True) for one in pair]
    batches = read(written(b"[\n" + b",\n".join(indent + one for one in mixed) + b"\n]"))
    assert content_of(batches) == EVENTS[:4]
    assert [why for _number, why in faults_of(batches)] == ["not JSON", "not JSON", "not JSON", "too deep"]
    assert numbers_of(batches) == [0, 2, 4, 6]


def test_what_stands_between_objects_is_told_once(written: Written) -> None:
    batches = read(written(b'[{"a":\n1}, 7, "x", null, {"b":\n2}]'))
    assert content_of(batches) == [{"a": 1}, {"b": 2}]
    assert faults_of(batches) == [(1, "not an object")]


def test_a_broken_object_that_never_ends_does_not_take_the_rest(written: Written) -> None:
    batches = read(written(b'[{"open":[\n' + rows(EVENTS * 30, b",\n") + b"]"))
    assert len(content_of(batches)) == 30 * len(EVENTS)
    assert [why for _number, why in faults_of(batches)] == ["too long"]


def test_nesting_without_end_costs_no_more_than_the_size_allows(written: Written) -> None:
    path = written(b"[\n" + (b'{"a":[\n' * 60 + b"{},\n" * 15_000) * 6)
    begin = time.process_time()
    batches = read(path)
    assert time.process_time() - begin < 20
    assert numbers_of(batches) == sorted(set(numbers_of(batches)))


REFUSED: dict[str, tuple[bytes, str]] = {
    "text": (b"Jan  1 00:00:00 host sshd[1]: Failed password\n" * 5, "JSON"),
    "text in brackets": (b"[Tue Jan 01 2019] [error] client denied\n" * 5, "JSON"),
    "sections": (b"[log 1]\nlog 1 pass = x\n", "JSON"),
    "GBK": ('{"消息":"用户登录失败"}\n'.encode("gb18030") * 5, "GBK"),
    "table": (b"time,level,text\n2026-08-05,4,a\n2026-08-05,4,b\n", "CSV"),
    "table in GBK": ("时间,级别,说明\n2026-08-05,4,登录失败\n".encode("gb18030"), "CSV"),
    "table with tabs": (b"time\tlevel\ttext\r\n2026-08-05\t4\ta\r\n", "CSV"),
    "cells without end": (b"a" * 200_000 + b",b,c\n" + b"a" * 200_000 + b",b,c\n", "JSON"),
    "text in GBK": ("系统运行正常\n".encode("gb18030") * 5, "JSON"),
    "PDF": (b"%PDF-1.7\n", "PDF"),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(50), "图片"),
    "old Word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "旧版 Office"),
    "zip": (b"PK\x03\x04" + bytes(50), "ZIP"),
    "gzip in gzip": (gzip.compress(gzip.compress(b"{}")), "压缩文件里"),
    "XML": (b"<Events><Event/></Events>", "XML"),
    "event log without content": (b"ElfFile\0" + bytes(100), "不完整"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_holds_no_events_is_refused_with_advice(written: Written, kind: str) -> None:
    content, word = REFUSED[kind]
    with pytest.raises(EventFileError, match=word) as refused:
        read(written(content))
    assert refused.value.where == "events.log"
    assert refused.value.advice


def test_a_missing_file_a_folder_and_a_pipe_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "none", tmp_path, tmp_path / "pipe"):
        with pytest.raises(EventFileError):
            open_events(path)


def test_a_damaged_packed_file_gives_what_came_before(written: Written) -> None:
    noise = random.Random(1)
    many = [{"n": n, "noise": noise.randbytes(400).hex()} for n in range(3000)]
    path = written(gzip.compress(rows(many))[:-5000])
    got = []
    with pytest.raises(EventFileError, match="损坏"), open_events(path) as file:
        for batch in file:
            got += [orjson.loads(line) for line in batch.lines]
    assert 2000 < len(got) < 3000
    assert got == many[: len(got)]


def test_what_unpacks_to_far_too_much_is_given_up(written: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plumbline.kernel.detection.files.streams.A_LITTLE", 1_000_000)
    path = written(gzip.compress(b'{"a":1}\n' + b"\n" * 20_000_000))
    with pytest.raises(EventFileError, match="过大"):
        read(path)


TOKENS = [
    b"{", b"}", b"[", b"]", b'"', b"\\", b"\n", b",", b":", b" ", b"\0", b"\xff", b'{"a":1}', b'\n{"a":1}\n',
    b"\n  {", b"\x1e", b"ElfFile\0", b"\x1f\x8b", b"\xff\xfe",
]  # fmt: skip
shreds = st.one_of(st.binary(max_size=200), st.lists(st.sampled_from(TOKENS), max_size=60).map(b"".join))


@settings(max_examples=400, deadline=2000)
@given(shreds, st.booleans(), st.integers(1, 5))
def test_arbitrary_bytes_raise_nothing_but_the_documented_error(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, packed: bool, most: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "shreds"
    path.write_bytes(gzip.compress(content) if packed else content)
    batches: list[Batch] = []
    try:
        for batch in open_events(path, most=most):
            batches.append(batch)
    except EventFileError as error:
        assert error.what and error.where and error.advice
    numbers = numbers_of(batches)
    assert numbers == sorted(set(numbers))
    assert set(numbers).isdisjoint(number for number, _why in faults_of(batches))
    for index, batch in enumerate(batches[:3]):
        rest = read(path, place=batch.place, most=most)
        assert numbers_of(rest) == numbers_of(batches[index + 1 :])
        assert [line for one in rest for line in one.lines] == [
            line for one in batches[index + 1 :] for line in one.lines
        ]
