"""Splitting work changes nothing: parts of a file hold the events of the whole, and results come in order."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plumbline.kernel.detection.errors import EventFileError
from plumbline.kernel.detection.examining import Outcome, Sample
from plumbline.kernel.detection.files import Place
from plumbline.office.operations.detecting.outputs import OutputError, destination
from plumbline.office.operations.detecting.reading import batches
from plumbline.office.operations.detecting.running import FileRead, InOrder
from plumbline.office.operations.detecting.units import Unit, named_files, units_of
from plumbline.office.operations.detecting.workers import Batch, Ended

lines = st.one_of(
    st.dictionaries(st.text(max_size=3), st.text('é中x{}\n\\"', max_size=12), max_size=3).map(
        lambda event: json.dumps(event, ensure_ascii=False).encode()
    ),
    st.just(b""),
    st.just(b'{"a": 1}   '),
    st.just(b'{"broken'),
)


def events(units: list[Unit]) -> Iterator[tuple[int, bytes]]:
    before = 0
    for unit in units:
        number = 0
        for batch in batches(unit, None):
            yield from (
                (before + n, line.strip()) for n, line in zip(batch.numbers, batch.lines, strict=True)
            )
            number = batch.place.number
        before += number


@settings(max_examples=200, deadline=None)
@given(st.lists(lines, max_size=60), st.integers(20, 200), st.sampled_from([b"\n", b"\r\n"]), st.booleans())
def test_parts_hold_the_events_of_the_whole(some: list[bytes], part: int, newline: bytes, ends: bool) -> None:
    good = [b'{"first": 1}', b'{"second": 2}', *some, *[b'{"more": 1}'] * len(some)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "x.json")
        path.write_bytes(newline.join(good) + (newline if ends else b""))
        units = list(units_of([("x", path)], part=part))
        assert units[-1].last and [unit.last for unit in units[:-1]] == [False] * (len(units) - 1)
        whole = Unit(path, "x", 0, None, True, path.stat().st_size)
        assert list(events(units)) == list(events([whole]))


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 400), st.data())
def test_reading_goes_on_from_any_place(count: int, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "x.json")
        path.write_bytes(b"".join(b'{"n": %d}\n' % n for n in range(count)))
        unit = data.draw(st.sampled_from(list(units_of([("x", path)], part=300))))
        whole = list(batches(unit, None))
        if whole:
            stop = data.draw(st.integers(0, len(whole) - 1))
            rest = list(batches(unit, whole[stop].place))
            assert [line for batch in rest for line in batch.lines] == [
                line for batch in whole[stop + 1 :] for line in batch.lines
            ]


def test_a_big_file_that_is_no_lines_stays_whole(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps([{"n": n} for n in range(500)], indent=1))
    (unit,) = units_of([("x", path)], part=100)
    assert unit.end is None and len(list(events([unit]))) == 500


def batch(unit: int, pairs: list[tuple[int, int]], after: int) -> Batch:
    return Batch(unit, Outcome(pairs=pairs, count=1), Place(0, after), 0)


def test_batches_wait_for_those_before_and_count_on() -> None:
    a, b = Path("a"), Path("b")
    units = [Unit(a, "a", 0, 5, False, 5), Unit(a, "a", 5, 9, True, 4), Unit(b, "b", 0, None, True, 3)]
    order = InOrder(units, {"a": FileRead("a", a, 9), "b": FileRead("b", b, 3)})

    def take(message: Any) -> list[tuple[str, list[tuple[int, int]]]]:
        return [(name, outcome.pairs) for name, outcome in order.take(message)]

    assert take(batch(2, [(0, 7)], 1)) == []
    assert take(batch(1, [(2, 0)], 4)) == []
    assert take(batch(0, [(1, 0)], 6)) == [("a", [(1, 0)])]
    assert take(Ended(2)) == []
    assert take(Ended(0)) == [("a", [(8, 0)])]
    assert take(Ended(1, "坏了")) == [("b", [(0, 7)])]


def test_everything_of_an_outcome_is_renumbered() -> None:
    a = Path("a")
    units = [Unit(a, "a", 0, 5, False, 5), Unit(a, "a", 5, 9, True, 4)]
    order = InOrder(units, {"a": FileRead("a", a, 9)})
    list(order.take(batch(0, [], 10)))
    list(order.take(Ended(0)))
    outcome = Outcome([(1, 2)], {1: 5.0}, [(2, Sample(1, ()))], {(1, 2): {"x": "y"}}, [(3, "too long")], 4)
    ((_name, moved),) = order.take(Batch(1, outcome, Place(0, 4), 0))
    assert moved == Outcome(
        [(11, 2)], {11: 5.0}, [(2, Sample(11, ()))], {(11, 2): {"x": "y"}}, [(13, "too long")], 4
    )


def test_folders_are_read_in_order_and_each_file_once(tmp_path: Path) -> None:
    for name in ("b/2.json", "b/1.json", "a.json", ".hidden/x.json", "b/.y.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}")
    (tmp_path / "loop").symlink_to(tmp_path)
    found = named_files([tmp_path, tmp_path / "a.json"])
    assert [Path(name).relative_to(tmp_path).as_posix() for name, _path in found] == [
        "a.json",
        "b/1.json",
        "b/2.json",
    ]


def test_a_file_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "out"
    with pytest.raises(KeyError), destination(path) as stream:
        stream.write(b"half")
        raise KeyError
    assert list(tmp_path.iterdir()) == []
    with destination(path) as stream:
        stream.write(b"all")
        assert not path.exists()
    assert path.read_bytes() == b"all"
    with pytest.raises(OutputError), destination(tmp_path / "none" / "x"):
        pass


def test_a_pipe_and_a_link_are_written_to_and_stay_what_they_are(tmp_path: Path) -> None:
    pipe, link, target = tmp_path / "pipe", tmp_path / "link", tmp_path / "target"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with destination(pipe) as stream:
        stream.write(b"all")
    assert os.read(reader, 10) == b"all" and pipe.is_fifo()
    os.close(reader)
    target.write_bytes(b"before")
    link.symlink_to(target)
    with destination(link) as stream:
        stream.write(b"after")
    assert link.is_symlink() and target.read_bytes() == b"after"


def test_a_file_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text("hello\n" * 10)
    with pytest.raises(EventFileError):
        list(events(list(units_of([("x", path)]))))


@pytest.mark.parametrize("closed", ["b", "c"])
def test_a_folder_that_cannot_be_looked_into_is_named_among_the_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, closed: str
) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "e.json").write_bytes(b"{}\n")
    scandir = os.scandir

    def refusing(path: Any) -> Any:
        if Path(path).name == closed:
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    found = [path for _name, path in named_files([tmp_path])]
    open_ones = [tmp_path / name / "e.json" for name in ("a", "b", "c") if name != closed]
    assert sorted(found) == sorted([*open_ones, tmp_path / closed])
    (unit,) = units_of([("x", tmp_path / closed)])
    with pytest.raises(EventFileError, match="目录打不开"):
        list(batches(unit, None))
