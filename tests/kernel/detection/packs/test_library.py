"""The folder of rules: importing, updating with a difference, own rules, choices, exceptions."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import orjson
import pytest
import yaml

from plumbline.kernel.detection.compiling import Choice, Settings
from plumbline.kernel.detection.engine import Engine
from plumbline.kernel.detection.errors import PackError, RuleError
from plumbline.kernel.detection.logsources import LogSource
from plumbline.kernel.detection.packs.archives import rule_files
from plumbline.kernel.detection.packs.caching import load_rules
from plumbline.kernel.detection.packs.choosing import read_choice, switched, write_choice
from plumbline.kernel.detection.packs.exempting import exception_text, exceptions_of
from plumbline.kernel.detection.packs.library import Library
from plumbline.kernel.detection.packs.placeholders import read_placeholders
from plumbline.kernel.detection.reading import read

TODAY = date(2026, 11, 24)


def rule(number: int, **more: object) -> dict[str, object]:
    return {
        "title": f"rule {number}",
        "id": f"00000000-0000-4000-8000-{number:012}",
        "level": "high",
        "logsource": {"product": "p", "category": "c"},
        "detection": {"s": {"Image|endswith": f"\\{number}.exe"}, "condition": "s"},
        **more,
    }


def write(folder: Path, files: dict[str, dict[str, object]]) -> Path:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return folder


def test_an_import_keeps_the_rules_and_where_they_came_from(tmp_path: Path) -> None:
    library = Library(tmp_path / "own")
    assert library.packs() == [] and library.sources() == []
    source = write(tmp_path / "new", {"rules/1.yml": rule(1), "rules/2.yml": rule(2)})
    plan = library.plan("sigmahq", source)
    assert plan.is_new and [info.title for info in plan.changes.added] == ["rule 1", "rule 2"]
    assert library.packs() == []
    library.apply(plan, moment="2026-11-24T10:00:00+08:00")
    (pack,) = library.packs()
    assert (pack.name, pack.rules, pack.imported) == ("sigmahq", 2, "2026-11-24T10:00:00+08:00")
    assert pack.source == str(source) and len(pack.digest) == 64
    assert [one.info.title for one in library.reading().documents] == ["rule 1", "rule 2"]


def test_an_update_tells_every_kind_of_change_before_it_is_done(tmp_path: Path) -> None:
    library = Library(tmp_path / "own")
    old = {f"rules/{n}.yml": rule(n) for n in range(1, 6)}
    library.apply(library.plan("sigmahq", write(tmp_path / "old", old)), moment="1")
    new = {
        "rules/1.yml": rule(1),
        "rules/2.yml": rule(2, level="low", detection={"s": {"Image": "x"}, "condition": "s"}),
        "rules/sub/3.yml": rule(3),
        "rules/4.yml": rule(4, title="another title"),
        "rules/6.yml": rule(6),
    }
    plan = library.plan("sigmahq", write(tmp_path / "new", new))
    changes = plan.changes
    assert [info.title for info in changes.added] == ["rule 6"]
    assert [info.title for info in changes.removed] == ["rule 5"]
    assert [(one.info.title, one.parts) for one in changes.changed] == [
        ("rule 2", ("检测条件", "级别")),
        ("another title", ("标题",)),
    ]
    assert changes.changed[0].level == ("high", "low")
    assert changes.changed[1].title == ("rule 4", "another title")
    moved = [(move.old, move.info.file, move.parts) for move in changes.renamed]
    assert moved == [("rules/3.yml", "rules/sub/3.yml", ())]
    assert changes.same == 1
    assert len(library.reading().documents) == 5, "looking changes nothing"
    library.apply(plan, moment="2")
    assert {one.info.title for one in library.reading().documents} == {
        "rule 1", "rule 2", "rule 3", "another title", "rule 6",
    }  # fmt: skip
    assert (tmp_path / "own" / "packs" / "sigmahq" / "previous.tar.gz").is_file()


def test_of_two_with_one_id_the_own_one_counts_and_it_is_told(tmp_path: Path) -> None:
    library = Library(tmp_path / "own")
    library.apply(library.plan("sigmahq", write(tmp_path / "new", {"1.yml": rule(1)})), moment="1")
    write(tmp_path / "own" / "local", {"mine.yml": rule(1, title="mine")})
    reading = library.reading()
    assert [one.info.title for one in reading.documents] == ["mine"]
    assert [(one.kind, one.title) for one in reading.problems] == [("duplicate", "rule 1")]


@pytest.mark.parametrize("name", ["", "../x", "A", "a b", "x" * 50])
def test_names_that_are_no_folder_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(PackError, match="规则包不能叫"):
        Library(tmp_path).plan(name, write(tmp_path / "new", {"1.yml": rule(1)}))


def test_removing_takes_the_pack_and_nothing_else(tmp_path: Path) -> None:
    library = Library(tmp_path / "own")
    library.apply(library.plan("a", write(tmp_path / "new", {"1.yml": rule(1)})), moment="1")
    library.save_choice(Choice(off=frozenset(["x"])))
    library.remove("a")
    assert library.packs() == [] and library.choice().off == {"x"}
    with pytest.raises(PackError, match="没有叫"):
        library.remove("a")


def test_a_choice_comes_back_as_it_was_written() -> None:
    choice = Choice("medium", ("stable",), ("attack.t1059.",), ("windows",), (), ('x"y\\',), frozenset("ab"))
    assert read_choice(write_choice(choice)) == choice
    assert write_choice(Choice()) == "" and read_choice("") == Choice()
    assert switched(switched(choice, off=["c"]), on=["a"]).off == {"b", "c"}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("least = 'urgent'", "没有“urgent”这个级别"),
        ("x = 1", "不认识的设置"),
        ("tags = 'a'", "列表"),
        ("=", "TOML"),
    ],
)
def test_a_choice_that_cannot_be_used_says_so(text: str, what: str) -> None:
    with pytest.raises(PackError, match=what):
        read_choice(text)


def test_placeholders_are_texts_or_lists() -> None:
    assert read_placeholders("'%Admins%' = ['a', 1]\nB = 'c'") == {"Admins": ("a", "1"), "B": ("c",)}
    for text in ("A = []", "A = {b = 1}", "A = ['']", "A"):
        with pytest.raises(PackError):
            read_placeholders(text)


def settings(**more: object) -> Settings:
    return Settings(rows=(), today=TODAY, **more)  # type: ignore[arg-type]


def titles(path: Path, event: dict[str, object], **more: object) -> list[str]:
    loaded = load_rules([path], settings(**more), cache=None)
    found = Engine(loaded.compiled.pack).match([orjson.dumps(event)], declared=LogSource("p", "c"))
    return [loaded.compiled.rules[number].title for _event, number in found.pairs]


def test_an_exception_holds_until_its_last_day(tmp_path: Path) -> None:
    write(tmp_path, {"1.yml": rule(1)})
    library = Library(tmp_path)
    info = load_rules([tmp_path], settings(), cache=None).compiled.rules[0]
    arguments = {"owner": "王敏", "reason": "备份", "today": TODAY}
    text = exception_text(
        info, ["Computer=backup*"], key="11111111-1111-4111-8111-111111111111", expires=TODAY, **arguments
    )  # type: ignore[arg-type]
    path = library.save_exception("e.yml", text)
    event = {"Image": "c:\\1.exe", "Computer": "backup01"}
    assert titles(tmp_path, event) == []
    assert titles(tmp_path, {**event, "Computer": "pc"}) == ["rule 1"]
    assert text.count("2026-11-24") == 2
    path.write_text(text.replace("expires: 2026-11-24", "expires: 2026-11-23"), encoding="utf-8")
    assert titles(tmp_path, event) == ["rule 1"]
    found = exceptions_of(read(rule_files(tmp_path).files).documents, TODAY)
    assert [(one.owner, one.state, one.expires) for one in found] == [("王敏", "expired", date(2026, 11, 23))]
    path.write_text(text.replace("expires: 2026-11-24", "expires: 2026-11-23 18:00:00"), encoding="utf-8")
    assert titles(tmp_path, event) == ["rule 1"]
    found = exceptions_of(read(rule_files(tmp_path).files).documents, TODAY)
    assert [(one.state, one.expires) for one in found] == [("expired", date(2026, 11, 23))]


def test_an_exception_needs_condition_owner_reason_and_a_day_to_come(tmp_path: Path) -> None:
    write(tmp_path, {"1.yml": rule(1)})
    info = load_rules([tmp_path], settings(), cache=None).compiled.rules[0]
    good = {"owner": "王敏", "reason": "备份", "today": TODAY, "expires": TODAY, "key": "k"}
    for conditions, more, error in (
        ([], {}, PackError),
        (["Computer"], {}, RuleError),
        (["Computer=x"], {"owner": " "}, PackError),
        (["Computer=x"], {"reason": ""}, PackError),
        (["Computer=x"], {"expires": date(2026, 1, 1)}, PackError),
    ):
        with pytest.raises(error):
            exception_text(info, conditions, **{**good, **more})  # type: ignore[arg-type]


def test_a_compiled_pack_is_taken_from_the_cache_until_something_changes(tmp_path: Path) -> None:
    rules, cache = write(tmp_path / "r", {"1.yml": rule(1)}), tmp_path / "cache"
    first = load_rules([rules], settings(), cache=cache)
    second = load_rules([rules], settings(), cache=cache)
    assert (first.from_cache, second.from_cache) == (False, True)
    assert second.compiled.rules == first.compiled.rules and second.digest == first.digest
    later = Settings(rows=(), today=date(2027, 1, 1))
    assert load_rules([rules], later, cache=cache).from_cache, "no exception: the day does not matter"
    assert not load_rules([rules], settings(choice=Choice("critical")), cache=cache).from_cache
    write(rules, {"2.yml": rule(2)})
    assert not load_rules([rules], settings(), cache=cache).from_cache


def test_an_exception_with_a_last_day_makes_the_cache_one_of_a_day(tmp_path: Path) -> None:
    exempt = {
        "title": "e", "logsource": {"product": "p"}, "expires": date(2026, 11, 30),
        "filter": {"rules": [rule(1)["id"]], "k": {"Image": "*"}, "condition": "not k"},
    }  # fmt: skip
    rules, cache = write(tmp_path / "r", {"1.yml": rule(1), "e.yml": exempt}), tmp_path / "cache"
    assert not load_rules([rules], settings(), cache=cache).from_cache
    assert load_rules([rules], settings(), cache=cache).from_cache
    later = load_rules([rules], Settings(rows=(), today=date(2026, 12, 1)), cache=cache)
    assert not later.from_cache and [one.kind for one in later.compiled.problems] == ["disabled"]


def test_a_damaged_cache_is_compiled_anew(tmp_path: Path) -> None:
    rules, cache = write(tmp_path / "r", {"1.yml": rule(1)}), tmp_path / "cache"
    load_rules([rules], settings(), cache=cache)
    for path in cache.glob("*.pack"):
        path.write_bytes(path.read_bytes()[:-9])
    again = load_rules([rules], settings(), cache=cache)
    assert not again.from_cache and len(again.compiled.rules) == 1


def test_pipelines_may_not_ask_elsewhere(tmp_path: Path) -> None:
    rules = write(tmp_path / "r", {"1.yml": rule(1)})
    (tmp_path / "secret").write_text("x")
    pipeline = yaml.safe_dump(
        {
            "name": "p",
            "priority": 1,
            "transformations": [
                {"id": "a", "type": "file_placeholders", "path": str(tmp_path / "secret"), "format": "txt"}
            ],
        }
    )
    with pytest.raises(PackError, match="处理管道"):
        load_rules([rules], settings(pipelines=[pipeline]), cache=None)
