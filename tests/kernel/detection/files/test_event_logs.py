"""Windows event logs: whole, damaged, cut off; read from the start or from a place on."""

from __future__ import annotations

import gzip
import random
import struct
import zlib
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plumbline.kernel.detection.errors import EventFileError
from plumbline.kernel.detection.files import Batch, chunks, event_logs, open_events

HEADER, CHUNK = 4096, 65_536


@pytest.fixture(scope="module")
def logs(acceptance: Path) -> Path:
    return acceptance / "logs"


def read(path: Path) -> list[Batch]:
    with open_events(path) as file:
        assert file.form == "evtx"
        return list(file)


def count(batches: list[Batch]) -> int:
    return sum(len(batch.lines) for batch in batches)


def faults(batches: list[Batch]) -> list[str]:
    return [why for batch in batches for _number, why in batch.faults]


@pytest.mark.parametrize(
    ("name", "events", "damages"),
    [
        ("new-user-security.evtx.gz", 4, 0),
        ("Security_short_selected.evtx.gz", 7, 0),
        ("sysmon.evtx.gz", 358, 8),
        ("sample_with_a_bad_chunk_magic.evtx.gz", 270, 5),
    ],
)
def test_real_logs_give_their_events_and_tell_what_is_damaged(
    logs: Path, tmp_path: Path, name: str, events: int, damages: int
) -> None:
    plain = tmp_path / "without a telling name"
    plain.write_bytes(gzip.decompress((logs / "evtx" / name).read_bytes()))
    for path in (plain, logs / "evtx" / name):
        batches = read(path)
        assert count(batches) == events
        assert len(faults(batches)) == damages
        assert all("Event" in orjson.loads(line) for batch in batches for line in batch.lines)
        assert [number for batch in batches for number in batch.numbers] == list(range(events))


def test_reading_goes_on_after_a_chunk(logs: Path) -> None:
    path = logs / "evtx" / "sysmon.evtx.gz"
    with open_events(path, most=40) as file:
        batches = list(file)
    assert len(batches) > 3
    for index, batch in enumerate(batches):
        with open_events(path, batch.place, most=40) as file:
            rest = list(file)
        assert [one.lines for one in rest] == [one.lines for one in batches[index + 1 :]]
        assert [list(one.numbers) for one in rest] == [list(one.numbers) for one in batches[index + 1 :]]


def test_a_log_cut_off_in_a_chunk_gives_what_is_there(logs: Path, tmp_path: Path) -> None:
    whole = gzip.decompress((logs / "evtx" / "sysmon.evtx.gz").read_bytes())
    path = tmp_path / "cut.evtx"
    path.write_bytes(whole[: HEADER + CHUNK])
    one = count(read(path))
    path.write_bytes(whole[: HEADER + CHUNK + CHUNK // 2])
    batches = read(path)
    assert one < count(batches) < 2 * one + 20
    assert len(faults(batches)) == 1
    assert "不完整" in faults(batches)[0]


def test_a_log_cut_off_anywhere_says_so(logs: Path, tmp_path: Path) -> None:
    whole = gzip.decompress((logs / "evtx" / "sysmon.evtx.gz").read_bytes())[: HEADER + CHUNK]
    events = count(read_bytes(tmp_path, whole))
    for length in (40, 60, 300, 512, 700, 5_000, 30_000, 50_000):
        batches = read_bytes(tmp_path, whole[: HEADER + length])
        assert count(batches) < events and len(faults(batches)) == 1, length


def read_bytes(folder: Path, content: bytes) -> list[Batch]:
    path = folder / "given.evtx"
    path.write_bytes(content)
    return read(path)


def test_a_chunk_over_which_the_parser_never_ends_costs_itself_alone(
    logs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its checksums are right: whoever made it wanted it so."""
    monkeypatch.setattr("plumbline.kernel.detection.files.event_logs._PATIENCE", 0.5)
    script = tmp_path / "parser.py"
    script.write_text(
        f"import runpy\n"
        f"serve = runpy.run_path({chunks.__file__!r})['serve']\n"
        f"parsed = serve.__globals__['parsed']\n"
        f"serve.__globals__['parsed'] = lambda one: iter(int, 1) if b'HANG' in one else parsed(one)\n"
        f"import sys\n"
        f"serve(sys.stdin.buffer, sys.stdout.buffer)\n"
    )
    monkeypatch.setattr(chunks, "_SCRIPT", str(script))
    monkeypatch.setattr(event_logs, "parsed_apart", chunks._Apart().parsed)
    whole = bytearray(gzip.decompress((logs / "evtx" / "sysmon.evtx.gz").read_bytes())[: HEADER + 2 * CHUNK])
    path = tmp_path / "damaged.evtx"
    path.write_bytes(whole)
    both = count(read(path))
    whole[HEADER + 5_000 : HEADER + 5_004] = b"HANG"
    (free,) = struct.unpack_from("<I", whole, HEADER + 48)
    struct.pack_into("<I", whole, HEADER + 52, zlib.crc32(whole[HEADER + 512 : HEADER + free]))
    of_header = whole[HEADER : HEADER + 120] + whole[HEADER + 128 : HEADER + 512]
    struct.pack_into("<I", whole, HEADER + 124, zlib.crc32(of_header))
    path.write_bytes(whole)
    batches = read(path)
    assert 0 < count(batches) < both
    assert len(faults(batches)) == 1


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([1, 20, 400]), st.booleans())
def test_flipped_bytes_raise_nothing_but_the_documented_error(
    logs: Path, tmp_path_factory: pytest.TempPathFactory, seed: int, flips: int, in_first: bool
) -> None:
    content = bytearray(
        gzip.decompress((logs / "evtx" / "sysmon.evtx.gz").read_bytes())[: HEADER + 2 * CHUNK]
    )
    dice = random.Random(seed)
    for _ in range(flips):
        content[dice.randrange(8, HEADER + CHUNK if in_first else len(content))] = dice.randrange(256)
    path = tmp_path_factory.getbasetemp() / "flipped.evtx"
    path.write_bytes(content)
    try:
        batches = read(path)
    except EventFileError:
        return
    if in_first:  # the second chunk stands for itself
        path.write_bytes(content[:HEADER] + bytes(CHUNK) + content[HEADER + CHUNK :])
        untouched = read(path)
        assert count(untouched) > 0
        assert [line for b in batches for line in b.lines][-count(untouched) :] == untouched[0].lines


@pytest.mark.parametrize(("name", "events"), [("honeypot", 44), ("wrccdc", 207)])
def test_alerts_in_indented_arrays(logs: Path, name: str, events: int) -> None:
    with open_events(logs / "suricata" / f"samples_{name}-2018_alerts-only.json") as file:
        found = [orjson.loads(line) for batch in file for line in batch.lines]
    assert len(found) == events
    assert {event["event_type"] for event in found} == {"alert"}


@pytest.mark.parametrize(("name", "events"), [("dns", 800), ("ssl", 800), ("ssh", 22), ("notice", 207)])
def test_packed_lines_of_a_network_monitor(logs: Path, name: str, events: int) -> None:
    with open_events(logs / "zeek" / f"{name}.json.gz") as file:
        found = [orjson.loads(line) for batch in file for line in batch.lines]
    assert len(found) == events
    assert {event["_path"] for event in found} == {name}
