"""Archives may come from anywhere: what is taken, what is refused, and what is never done."""

from __future__ import annotations

import contextlib
import io
import lzma
import random
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plumbline.kernel.detection.errors import PackError
from plumbline.kernel.detection.packs import archives
from plumbline.kernel.detection.packs.archives import archive_files, rule_files

RULE = b"title: one\ndetection: {s: {a: b}, condition: s}\n"


def tar(entries: dict[str, bytes | tarfile.TarInfo], mode: str = "w:gz") -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in entries.items():
            if isinstance(data, tarfile.TarInfo):
                archive.addfile(data)
                continue
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return content.getvalue()


def zipped(entries: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return content.getvalue()


BOTH = pytest.mark.parametrize("make", [tar, zipped], ids=["tar", "zip"])
Make = Callable[[dict[str, bytes]], bytes]


@BOTH
def test_rules_come_in_order_without_the_folder_that_all_share(make: Make) -> None:
    found = archive_files(
        make({"sigma-1/rules/b.yml": RULE, "sigma-1/rules/a.yaml": RULE, "sigma-1/LICENSE": b"x"})
    )
    assert [file.name for file in found.files] == ["rules/a.yaml", "rules/b.yml"]
    assert found.files[0].content == RULE
    assert not found.refused


@BOTH
def test_folders_without_rules_for_use_are_left_out(make: Make) -> None:
    names = ["tests/t.yml", "deprecated/windows/d.yml", ".github/w.yml", "rules/r.yml", "unsupported/u.yml"]
    found = archive_files(make(dict.fromkeys(names, RULE)))
    assert [file.name for file in found.files] == ["rules/r.yml"]
    assert found.left_out == 4


@BOTH
@pytest.mark.parametrize("name", ["/etc/a.yml", "../a.yml", "rules/../../a.yml", "C:\\a.yml", "..\\a.yml"])
def test_paths_that_lead_out_are_refused(make: Make, name: str) -> None:
    found = archive_files(make({name: RULE, "rules/b.yml": RULE}))
    assert [file.name for file in found.files] == ["rules/b.yml"]
    assert [why for _name, why in found.refused] == ["路径指向规则包之外，没有读取"]


def test_links_are_refused() -> None:
    link = tarfile.TarInfo("rules/l.yml")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    found = archive_files(tar({"l": link, "rules/b.yml": RULE}))
    assert [file.name for file in found.files] == ["rules/b.yml"]
    assert found.refused == [("rules/l.yml", "是链接或特殊文件，没有读取")]


@BOTH
def test_what_unpacks_to_too_much_is_refused(make: Make) -> None:
    with pytest.raises(PackError, match="解压后过大"):
        archive_files(make({"rules/a.yml": b"\0" * 60_000_000}))


@BOTH
def test_one_large_file_is_refused_and_the_others_stay(make: Make) -> None:
    large = bytes(range(256)) * 4_000
    found = archive_files(make({"rules/a.yml": large, "rules/b.yml": RULE}))
    assert [file.name for file in found.files] == ["rules/b.yml"]
    assert found.refused == [("rules/a.yml", "超过 1000 KB")]


@BOTH
def test_too_many_entries_are_refused(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_ENTRIES", 3)
    with pytest.raises(PackError, match="超过 3 个文件"):
        archive_files(make({f"{n}.yml": RULE for n in range(4)}))


@BOTH
def test_a_damaged_archive_says_what_to_do(make: Make) -> None:
    content = make({f"rules/{n}.yml": RULE * 100 + bytes([n]) for n in range(50)})
    with pytest.raises(PackError, match="规则包") as caught:
        archive_files(content[: len(content) // 3], where="x.tar.gz")
    assert caught.value.where == "x.tar.gz"
    assert caught.value.advice


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=400), st.binary(max_size=200).map(lambda tail: b"PK\x03\x04" + tail)))
def test_any_bytes_give_rules_or_the_one_error(content: bytes) -> None:
    with contextlib.suppress(PackError):
        archive_files(content)


def test_a_folder_is_read_without_links(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "one.yml").write_bytes(RULE)
    (tmp_path / "readme.md").write_text("x")
    (tmp_path / "link.yml").symlink_to(tmp_path / "a" / "one.yml")
    found = rule_files(tmp_path)
    assert [file.name for file in found.files] == ["one.yml"]
    assert found.refused == [("link.yml", "是链接，没有读取")]


def test_one_file_is_a_pack_too(tmp_path: Path) -> None:
    path = tmp_path / "one.yml"
    path.write_bytes(RULE)
    assert [file.name for file in rule_files(path).files] == ["one.yml"]
    with pytest.raises(PackError, match="没有这个规则文件或目录"):
        rule_files(tmp_path / "none.yml")


def test_a_damaged_tar_xz_says_what_to_do() -> None:
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as archive:
        for number in range(200):
            entry = tarfile.TarInfo(f"r{number}.yml")
            entry.size = 2_000
            archive.addfile(entry, io.BytesIO(random.Random(number).randbytes(2_000)))
    content = bytearray(lzma.compress(plain.getvalue()))
    content[len(content) // 2 :] = bytes(len(content) - len(content) // 2)
    with pytest.raises(PackError, match="损坏"):
        archive_files(bytes(content))
