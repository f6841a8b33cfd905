"""What is dangerous, damaged or too much is refused with a sentence; nothing else ever comes out."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plumbline.kernel import scans
from plumbline.kernel.errors import PlumblineError
from plumbline.kernel.scans import Reading, ScanLimits, ScanRefused
from plumbline.kernel.scans.registry import FORMATS, Columns
from plumbline.kernel.scans.xml_stream import nodes
from tests.kernel.scans.test_formats import NMAP, NUCLEI, OPENVAS, TRIVY
from tests.office.inspections.scan_files import CSV, nessus, sarif

SAMPLES = {
    "nessus": nessus({"10.1.1.1": [("10001", 4, 443)]}),
    "openvas": OPENVAS,
    "nmap": NMAP,
    "nuclei": json.dumps(NUCLEI).encode(),
    "trivy": json.dumps(TRIVY).encode(),
    "sarif": sarif([("R1", "error", "a.py")], rules=("R1",)),
}
COLUMNS = Columns({"host": "IP地址", "title": "漏洞名称"})


def consumed(data: bytes, limits: ScanLimits = scans.DEFAULT_LIMITS) -> int:
    with scans.opened(io.BytesIO(data), limits=limits) as stream:
        return sum(1 for _one in scans.read(stream, limits=limits, columns=COLUMNS))


@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE r [<!ENTITY a "x">]>',
        '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;">]>',
        '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE r [<!ENTITY % a SYSTEM "http://127.0.0.1/x.dtd"> %a;]>',
    ],
)
def test_entities_are_refused(prolog):
    body = "<NessusClientData_v2><Report><ReportHost name='h'></ReportHost></Report></NessusClientData_v2>"
    with pytest.raises(ScanRefused, match="ENTITY"):
        consumed(f'<?xml version="1.0"?>{prolog}{body}'.encode())


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_a_report_that_was_cut_off_is_refused_whole(kind):
    data = SAMPLES[kind]
    with pytest.raises(ScanRefused, match="什么都没有导入"):
        consumed(data[:-5])


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_every_limit_is_named(kind):
    data = SAMPLES[kind]
    with pytest.raises(ScanRefused, match="超过 0 MB"):
        consumed(data, ScanLimits(bytes=10))
    with pytest.raises(ScanRefused, match="超过 0 条结果"):
        consumed(data, ScanLimits(results=0))
    with pytest.raises(ScanRefused, match="超过"):
        consumed(data, ScanLimits(record=20))


def test_too_many_hosts_are_refused():
    data = nessus({f"10.1.1.{n}": [] for n in range(20)})
    with pytest.raises(ScanRefused, match="超过 10 台"):
        consumed(data, ScanLimits(hosts=10))


def test_deep_nesting_is_refused():
    xml = b"<NessusClientData_v2>" + b"<a>" * 500 + b"</a>" * 500 + b"</NessusClientData_v2>"
    with pytest.raises(ScanRefused, match="嵌套"):
        consumed(xml)
    for deep in (b"[" * 100_000, b'{"a":' * 100_000):
        with pytest.raises(ScanRefused):
            consumed(b'{"version":"2.1.0","x":' + deep + b',"runs":[]}')


def test_two_million_results_are_refused_long_before_their_end():
    row = b'{"template-id":"t","info":{"name":"n","severity":"high"},"host":"10.1.1.1"}\n'

    class Endless(io.RawIOBase):
        """As many rows as anybody asks for."""

        asked = 0

        def readable(self) -> bool:
            return True

        def seekable(self) -> bool:
            return True

        def seek(self, _offset: int, _whence: int = 0) -> int:
            return 0

        def tell(self) -> int:
            return 0

        def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]
            size = len(buffer) // len(row) * len(row) or len(buffer)
            buffer[:size] = (row * (size // len(row) + 1))[:size]
            self.asked += size
            return size

    endless = Endless()
    reading = Reading(endless, FORMATS.get("nuclei"), ScanLimits(results=20_000))  # type: ignore[arg-type]
    with pytest.raises(ScanRefused, match="20,000 条结果"):
        sum(1 for _one in reading)
    assert endless.asked < 2 * 20_000 * len(row)


def test_swollen_and_odd_archives_are_refused():
    with pytest.raises(ScanRefused, match="倍"):
        consumed(gzip.compress(b" " * 30_000_000))
    with pytest.raises(ScanRefused, match="损坏"):
        consumed(gzip.compress(b"<NessusClientData_v2>" * 100)[:-20])
    several = io.BytesIO()
    with zipfile.ZipFile(several, "w") as archive:
        archive.writestr("a.xml", "x")
        archive.writestr("b.xml", "x")
    with pytest.raises(ScanRefused, match="2 个文件"):
        consumed(several.getvalue())
    for data, word in ((b"", "空"), (b"%PDF-1.4", "PDF"), (b"Rar!\x1a", "RAR"), (b"hello", "认不出")):
        with pytest.raises(ScanRefused, match=word):
            consumed(data)


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_arbitrary_bytes_are_only_ever_refused(data):
    try:
        consumed(data)
    except PlumblineError as error:
        assert error.what


@given(st.sampled_from([*SAMPLES.values(), CSV]), st.data())
@settings(max_examples=250, deadline=None)
def test_a_spoilt_report_is_read_or_refused(sample, data):
    place = data.draw(st.integers(0, len(sample) - 1))
    length = data.draw(st.integers(0, 40))
    spoilt = sample[:place] + data.draw(st.binary(max_size=40)) + sample[place + length :]
    try:
        consumed(spoilt)
    except PlumblineError as error:
        assert error.what


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["runs", "results", "tool", "driver", "rules", "Results", "Vulnerabilities",
                 "VulnerabilityID", "Target", "info", "template-id", "host", "message", "locations",
                 "properties", "level"]
            ),
            inner,
            max_size=6,
        ),
        max_leaves=25,
    ),
    st.sampled_from(["sarif", "trivy", "nuclei"]),
)  # fmt: skip
@settings(max_examples=250, deadline=None)
def test_json_of_any_shape_is_read_or_refused(value, kind):
    stream = io.BytesIO(json.dumps(value).encode())
    try:
        results = list(Reading(stream, FORMATS.get(kind)))
    except PlumblineError:
        return
    for one in results:
        assert one.severity in scans.SEVERITIES
        one.title.encode()


MEASURE = """
import resource, sys
from plumbline.kernel import scans
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with open(sys.argv[1], "rb") as file, scans.opened(file) as stream:
    count = sum(1 for _one in scans.read(stream))
print(count, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.parametrize("kind", ["nessus", "sarif"])
def test_a_large_report_streams_by_in_little_memory(kind, tmp_path: Path):
    path = tmp_path / "large"
    words = "a weakness " * 300
    with path.open("w") as file:
        if kind == "nessus":
            file.write("<NessusClientData_v2><Report>")
            item = f'<ReportItem port="1" severity="3" pluginID="1"><description>{words}</description>'
            for host in range(20):
                file.write(f'<ReportHost name="10.1.1.{host}">{(item + "</ReportItem>") * 600}</ReportHost>')
            file.write("</Report></NessusClientData_v2>")
        else:
            row = json.dumps({"ruleId": "R1", "level": "error", "message": {"text": words}})
            file.write('{"version":"2.1.0","runs":[{"results":[' + ",".join([row] * 12_000) + "]}]}")
    assert path.stat().st_size > 40_000_000
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=True
    )
    count, megabytes = map(int, done.stdout.split())
    assert count == 12_000
    assert megabytes < 40


@pytest.mark.parametrize("head", [b'<NessusClientData_v2><Policy x="', b"<NessusClientData_v2><!--"])
def test_one_huge_attribute_or_comment_is_refused_long_before_the_file_ends(head):
    class Endless(io.BytesIO):
        given = 0

        def read(self, size: int | None = -1, /) -> bytes:
            self.given += 1
            assert self.given < 100, "the whole file was read"
            return head if self.given == 1 else b"a" * (size or 1)

    limits = ScanLimits(record=1024 * 1024)
    with pytest.raises(ScanRefused, match="异常庞大"):
        list(nodes(Endless(), records=("ReportHost",), containers=(), limits=limits))
