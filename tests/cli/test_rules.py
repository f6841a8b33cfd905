"""`plumbline rules` as its users run it: import, update after a look, switch, except, look over."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
import yaml

from tests.cli.conftest import plumbline

Run = Callable[..., CompletedProcess[str]]
KEYS = [f"{n}1111111-1111-4111-8111-111111111111" for n in range(1, 5)]


def rule(number: int, **more: Any) -> dict[str, Any]:
    return {
        "title": f"规则 {number}",
        "id": KEYS[number - 1],
        "status": "test",
        "level": "high" if number < 3 else "low",
        "logsource": {"product": "windows", "service": "security"},
        "detection": {"s": {"EventID": 4000 + number}, "condition": "s"},
        **more,
    }


def write(folder: Path, *rules: dict[str, Any]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for one in rules:
        (folder / f"{one['id'][:2]}.yml").write_text(
            yaml.safe_dump(one, allow_unicode=True), encoding="utf-8"
        )
    return folder


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def go(*words: str | Path) -> CompletedProcess[str]:
        return plumbline(tmp_path / "data", *words)

    return go


@pytest.fixture
def imported(tmp_path: Path, run: Run) -> Path:
    done = run("rules", "import", write(tmp_path / "pack", rule(1), rule(2), rule(3)))
    assert done.returncode == 0, done.stderr
    assert "已导入“sigmahq”：检测规则 3 条" in done.stdout and "高 2，低 1" in done.stdout
    return tmp_path / "data" / "detection"


def hits(run: Run, tmp_path: Path, user: str = "x") -> list[str]:
    log = tmp_path / "log.json"
    events = [{"Channel": "Security", "EventID": 4000 + n, "TargetUserName": user} for n in range(1, 5)]
    log.write_text("\n".join(map(json.dumps, events)))
    done = run("detect", log, "--format", "json")
    assert done.returncode in (0, 1), done.stderr
    return [json.loads(line)["title"] for line in done.stdout.splitlines()]


def test_imported_rules_are_those_that_detect_uses(tmp_path: Path, run: Run, imported: Path) -> None:
    assert hits(run, tmp_path) == ["规则 1", "规则 2", "规则 3"]
    assert "sigmahq  3 条" in run("rules", "list", "--packs").stdout
    again = run("rules", "import", tmp_path / "pack")
    assert again.returncode == 2 and "rules update" in again.stderr


def test_an_update_is_shown_before_it_is_done(tmp_path: Path, run: Run, imported: Path) -> None:
    new = write(tmp_path / "new", rule(1), rule(2, level="critical"), rule(4))
    shown = run("rules", "update", new, "--dry-run")
    assert "新增 1 条，改动 1 条，移除 1 条，改名或移动 0 条；1 条不变" in shown.stdout
    assert "[紧急] 规则 2：级别（高 → 紧急）" in shown.stdout
    assert hits(run, tmp_path) == ["规则 1", "规则 2", "规则 3"]
    assert "已更新" in run("rules", "update", new, "--yes").stdout
    assert hits(run, tmp_path) == ["规则 1", "规则 2", "规则 4"]
    assert "没有不同" in run("rules", "update", new, "--yes").stdout


def test_an_update_can_be_taken_back_and_forth(tmp_path: Path, run: Run, imported: Path) -> None:
    none = run("rules", "revert")
    assert none.returncode == 2 and "没有上一版" in none.stderr
    assert run("rules", "revert", "--name", "other").returncode == 2
    run("rules", "update", write(tmp_path / "new", rule(2), rule(4)), "--yes")
    assert "rules revert --name sigmahq" in run("rules", "list", "--packs").stdout
    shown = run("rules", "revert", "--dry-run").stdout
    assert "新增 2 条" in shown and "移除 1 条" in shown and str(tmp_path / "pack") in shown
    assert hits(run, tmp_path) == ["规则 2", "规则 4"]
    assert "已退回" in run("rules", "revert", "--yes").stdout
    assert hits(run, tmp_path) == ["规则 1", "规则 2", "规则 3"]
    assert str(tmp_path / "pack") in run("rules", "list", "--packs").stdout
    run("rules", "revert", "--yes")
    assert hits(run, tmp_path) == ["规则 2", "规则 4"]


def test_without_anybody_to_ask_nothing_is_done(tmp_path: Path, run: Run, imported: Path) -> None:
    done = run("rules", "update", write(tmp_path / "new", rule(4)))
    assert done.returncode == 2 and "没有更新" in done.stderr and "--yes" in done.stderr
    assert hits(run, tmp_path) == ["规则 1", "规则 2", "规则 3"]


def test_rules_are_switched_off_and_on(tmp_path: Path, run: Run, imported: Path) -> None:
    assert "已停用：规则 2" in run("rules", "off", "规则 2").stdout
    assert hits(run, tmp_path) == ["规则 1", "规则 3"]
    listed = run("rules", "list", "--off").stdout
    assert "规则 2" in listed and "已停用这条规则" in listed and "规则 1" not in listed
    assert "已启用：规则 2" in run("rules", "on", KEYS[1]).stdout
    assert hits(run, tmp_path) == ["规则 1", "规则 2", "规则 3"]
    several = run("rules", "off", "规则")
    assert several.returncode == 2 and "有 3 条规则符合" in several.stderr
    assert run("rules", "off", "没有这条").returncode == 2


def test_a_rule_that_waits_for_values_is_not_called_enabled(tmp_path: Path, run: Run) -> None:
    waiting = rule(1, detection={"s": {"User|contains|expand": ["%Admins%", "root"]}, "condition": "s"})
    done = run("rules", "import", write(tmp_path / "pack", waiting, rule(2)))
    assert "其中 1 条要先在 placeholders.toml 填写" in done.stdout
    assert "没有启用：占位符 %Admins% 没有取值" in run("rules", "show", "规则 1").stdout
    assert "规则 1" in run("rules", "list", "--off").stdout
    (tmp_path / "data" / "detection" / "placeholders.toml").write_text('Admins = ["wang"]')
    assert "已启用" in run("rules", "show", "规则 1").stdout


def test_a_choice_stays_until_it_is_taken_back(tmp_path: Path, run: Run, imported: Path) -> None:
    assert 'least = "high"' in run("rules", "choose", "--level", "high").stdout
    assert hits(run, tmp_path) == ["规则 1", "规则 2"]
    assert run("rules", "choose", "--all").stdout == "使用全部规则。\n现有 3 条规则，启用 3 条。\n"
    wrong = run("rules", "choose", "--product", "window").stdout
    assert "启用 0 条" in wrong and "没有规则符合" in wrong
    run("rules", "choose", "--all")
    assert run("rules", "choose", "--level", "none").returncode == 2
    assert len(hits(run, tmp_path)) == 3


def test_an_exception_names_who_and_until_when(tmp_path: Path, run: Run, imported: Path) -> None:
    words = [
        "rules",
        "except",
        "规则 1",
        "--when",
        "TargetUserName=backup*",
        "--owner",
        "王敏",
        "--reason",
        "备份",
    ]
    assert "到期日" in run(*words).stderr
    assert run(*words, "--until", "2001-01-01").returncode == 2
    done = run(*words, "--until", "2099-12-31")
    assert done.returncode == 0, done.stderr
    assert hits(run, tmp_path, "backup01") == ["规则 2", "规则 3"]
    assert hits(run, tmp_path, "other") == ["规则 1", "规则 2", "规则 3"]
    (listed,) = json.loads(run("rules", "except", "--format", "json").stdout)
    assert (listed["owner"], listed["expires"], listed["state"]) == ("王敏", "2099-12-31", "applies")
    shown = run("rules", "show", KEYS[0]).stdout
    assert "王敏" in shown and "到 2099-12-31" in shown and "EventID: 4001" in shown


def test_own_rules_are_looked_over_and_used(tmp_path: Path, run: Run, imported: Path) -> None:
    assert run("rules", "lint").returncode == 2
    write(imported / "local", rule(4))
    done = run("rules", "lint")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "建议" in done.stdout
    assert hits(run, tmp_path) == ["规则 1", "规则 2", "规则 3", "规则 4"]
    write(imported / "local", rule(4, level="urgent"))
    done = run("rules", "lint", "--format", "json")
    assert done.returncode == 1
    assert "level-unknown" in {one["code"] for one in json.loads(done.stdout)}


def test_removing_a_pack_asks_first(tmp_path: Path, run: Run, imported: Path) -> None:
    assert run("rules", "remove", "sigmahq").returncode != 0
    assert run("rules", "list", "--packs").stdout.startswith("sigmahq")
    assert run("rules", "remove", "sigmahq", "--yes").returncode == 0
    assert "还没有规则" in run("rules", "list").stdout
