"""What `plumbline detect` finds, and how it says so."""

from __future__ import annotations

import csv
import io
import json
import tarfile
from pathlib import Path

import pytest
import yaml

from tests.cli.conftest import plumbline
from tests.cli.detect.cases import RULES, SAFELY, failure, found, ndjson, run


def test_json_lines_come_in_order_of_file_event_and_rule(tmp_path: Path, rules: Path, logs: Path) -> None:
    done = run(tmp_path, logs, "--rules", rules, "--format", "json")
    assert done.returncode == 1, done.stderr
    assert found(done.stdout) == [
        ("a.json", 0, "登录失败"),
        ("a.json", 1, "=可疑的下载"),
        ("a.json", 3, "登录失败"),
        ("a.json", 4, "登录失败"),
        ("b.json.gz", 0, "登录失败"),
        ("b.json.gz", 1, "=可疑的下载"),
        ("c.json", 0, "=可疑的下载"),
        ("c.json", 1, "=可疑的下载"),
        ("b.json.gz", 0, "多次登录失败"),
    ]
    last = json.loads(done.stdout.splitlines()[-1])
    assert last["kind"] == "correlation" and last["level"] == "medium" and len(last["events"]) == 3
    first = json.loads(done.stdout.splitlines()[1])
    assert first["rule_id"] == RULES[0]["id"] and first["tags"] == RULES[0]["tags"]
    assert first["time"] == "2026-08-05T06:00:00.000Z"


@pytest.mark.parametrize("level", ["informational", "medium"])
def test_what_a_correlation_is_built_on_speaks_through_it_alone(
    tmp_path: Path, rules: Path, logs: Path, level: str
) -> None:
    path = rules / f"{RULES[2]['id']}.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("generate: true", "generate: false"), "utf-8")
    done = run(tmp_path, logs, "--rules", rules, "--format", "json", "--level", level)
    assert done.returncode == 1, done.stderr
    titles = [title for _file, _event, title in found(done.stdout)]
    assert "登录失败" not in titles and titles[-1] == "多次登录失败"
    assert "另有 4 次检出只供关联规则使用" in done.stderr


def test_a_summary_of_correlations_alone_says_what_it_left_out(
    tmp_path: Path, rules: Path, logs: Path
) -> None:
    path = rules / f"{RULES[2]['id']}.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("generate: true", "generate: false"), "utf-8")
    report = tmp_path / "out.html"
    done = run(tmp_path, logs / "a.json", logs / "sub" / "b.json.gz", "--rules", rules, "-q", "--exclude",
               "=可疑的下载", "--report", report)  # fmt: skip
    assert done.returncode == 1
    assert "关联检出 1 次" in done.stdout and "按级别：\n" not in done.stdout
    assert "注意：另有 4 次检出只供关联规则使用" in done.stdout
    page = report.read_text(encoding="utf-8")
    assert "没有检出" not in page and "有 1 次关联检出，没有单个事件的检出" in page
    assert "0 个事件有检出" not in done.stdout + page


def test_what_a_chosen_correlation_is_built_on_runs_though_it_is_not_chosen(
    tmp_path: Path, rules: Path, logs: Path
) -> None:
    done = run(tmp_path, logs, "--rules", rules, "--format", "json", "--level", "medium")
    titles = [title for _file, _event, title in found(done.stdout)]
    assert "登录失败" not in titles and titles[-1] == "多次登录失败"
    low = run(tmp_path, logs, "--rules", rules, "--format", "json", "--level", "high")
    assert {title for _file, _event, title in found(low.stdout)} == {"=可疑的下载"}


def test_text_sums_up_by_level_and_rule(tmp_path: Path, rules: Path, logs: Path) -> None:
    done = run(tmp_path, logs, "--rules", rules)
    assert "共 3 个文件，9 个事件；8 个事件有检出，合计 8 次" in done.stdout
    assert "按级别：高 1 条规则 4 次；低 1 条规则 4 次" in done.stdout
    assert (
        "[高] =可疑的下载  4 次\n     2026-08-05 14:00:00 至 14:00:03（北京时间）  command-and-control T1105"
        in done.stdout
    )
    assert "关联检出 1 次" in done.stdout and "1 条：要先用 --placeholders 填写" in done.stdout
    assert "检测完成：9 个事件" in done.stderr


def test_csv_opens_in_a_spreadsheet(tmp_path: Path, rules: Path, logs: Path) -> None:
    out = tmp_path / "out.csv"
    done = run(tmp_path, logs, "--rules", rules, "--format", "csv", "--output", out)
    assert done.returncode == 1 and done.stdout == ""
    content = out.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert len(rows) == 10 and rows[2][4] == "'=可疑的下载"
    assert [path.name for path in tmp_path.glob("*.part")] == []


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ([], 1),
        (["--fail-on", "high"], 1),
        (["--fail-on", "critical"], 0),
        (["--fail-on", "none"], 0),
        (["--level", "critical"], 2),
        (["--level", "none"], 2),
        (["--tag", "attack.t9999"], 2),
        (["--report", "x.pdf"], 2),
        (["--tag", "attack.t1105"], 1),
        (["--exclude", "*可疑*", "--fail-on", "high"], 0),
        (["--exclude", "nothing of the kind"], 2),
        (["--logsource", "products=x"], 2),
        (["--format", "xml"], 2),
        (["--output", "/no/such/folder/x"], 2),
    ],
)
def test_exit_codes_say_what_became_of_it(
    tmp_path: Path, rules: Path, logs: Path, more: list[str], code: int
) -> None:
    done = run(tmp_path, logs, "--rules", rules, *more)
    assert done.returncode == code, done.stderr
    if code == 2:
        assert "Traceback" not in done.stderr


def test_what_cannot_be_read_is_named_and_the_rest_goes_on(tmp_path: Path, rules: Path, logs: Path) -> None:
    (logs / "photo.json").write_bytes(b"\xff\xd8\xff\xe0" * 100)
    done = run(tmp_path, logs, "--rules", rules, "--format", "json", "--fail-on", "critical")
    assert done.returncode == 3
    assert "没能读完 1 个文件" in done.stderr and "photo.json" in done.stderr
    assert len(done.stdout.splitlines()) == 9
    assert run(tmp_path, logs, "--rules", rules).returncode == 1, "what was found counts more"


def test_events_that_are_broken_are_told_and_keep_their_number(tmp_path: Path, rules: Path) -> None:
    log = tmp_path / "x.json"
    log.write_bytes(ndjson([failure(1, "a")]) + b'{"EventID": \n' + b"\n" + ndjson([failure(2, "b")]))
    done = run(tmp_path, log, "--rules", rules, "--format", "json")
    assert found(done.stdout) == [("x.json", 0, "登录失败"), ("x.json", 2, "登录失败")]
    assert "第 1 号：不是有效的 JSON" in done.stderr


def test_no_rule_is_never_nothing_found(tmp_path: Path, rules: Path, logs: Path) -> None:
    done = run(tmp_path, logs, "--rules", rules, "--tag", "attack.t9999")
    assert done.returncode == 2 and "没有一条规则可用" in done.stderr and "标签不在所选范围" in done.stderr
    assert "没有检出" not in done.stdout


def test_what_was_not_examined_is_never_nothing_found(tmp_path: Path, rules: Path) -> None:
    broken, empty = tmp_path / "x.json", tmp_path / "empty.json"
    broken.write_bytes(ndjson([{"EventID": 1}]) + b'{"EventID": \n' + ndjson([{"EventID": 2}]))
    empty.write_bytes(b"")
    out = tmp_path / "out.txt"
    assert run(tmp_path, broken, "--rules", rules, "--output", out).returncode == 3
    assert "x.json 第 1 号：不是有效的 JSON" in out.read_text(encoding="utf-8")
    done = run(tmp_path, empty, "--rules", rules)
    assert done.returncode == 3 and "没有读到任何事件" in done.stdout and "没有检出" not in done.stdout


@pytest.mark.parametrize("words", [["nothing.json"], []])
def test_without_logs_it_says_what_to_do(tmp_path: Path, rules: Path, words: list[str]) -> None:
    done = run(tmp_path, *words, "--rules", rules)
    assert done.returncode == 2 and done.stderr


def test_without_rules_it_says_what_to_do(tmp_path: Path, logs: Path) -> None:
    done = run(tmp_path, logs)
    assert done.returncode == 2 and "还没有规则" in done.stderr


def test_placeholders_pipelines_and_log_sources_are_given(tmp_path: Path, rules: Path) -> None:
    log, values, pipeline = tmp_path / "x.json", tmp_path / "p.toml", tmp_path / "p.yml"
    log.write_bytes(ndjson([{"who": "root", "cmd": "x"}]))
    values.write_text('Admins = ["root"]')
    pipeline.write_text(
        yaml.safe_dump(
            {
                "name": "p",
                "priority": 10,
                "transformations": [{"id": "f", "type": "field_name_mapping", "mapping": {"User": "who"}}],
            }
        )
    )
    words = ["--rules", rules, "--format", "json", "--placeholders", values, "--pipeline", pipeline]
    assert run(tmp_path, log, *words).stdout == ""
    done = run(tmp_path, log, *words, "--logsource", "product=windows,category=process_creation")
    assert found(done.stdout) == [("x.json", 0, "缺值")]


def test_the_report_stands_alone_and_escapes_what_events_say(tmp_path: Path, rules: Path, logs: Path) -> None:
    out = tmp_path / "report.html"
    assert run(tmp_path, logs, "--rules", rules, "--report", out).returncode == 1
    text = out.read_text(encoding="utf-8")
    assert "<script" not in text and "&lt;script&gt;" in text and "用系统工具下载文件 &lt;b&gt;" in text
    assert "http-equiv" in text and 'src="' not in text and 'href="http' not in text and "@import" not in text
    for part in ("T1105", "传入工具", "SHA-256", "多次登录失败", "缺少本单位要填的值", "管理员下载文件"):
        assert part in text


def test_the_second_start_takes_compiled_rules(tmp_path: Path, rules: Path, logs: Path) -> None:
    assert "已编译" not in run(tmp_path, logs, "--rules", rules).stderr
    assert "已编译" in run(tmp_path, logs, "--rules", rules).stderr
    before = sorted((tmp_path / "data" / "detection" / "cache").iterdir())
    assert "已编译" not in run(tmp_path, logs, "--rules", rules, "--no-cache").stderr
    assert sorted((tmp_path / "data" / "detection" / "cache").iterdir()) == before


def test_an_archive_of_rules_is_the_same_as_its_folder(tmp_path: Path, rules: Path, logs: Path) -> None:
    archive = tmp_path / "rules.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(rules, "sigma/rules")
    words = ["--format", "json"]
    assert (
        run(tmp_path, logs, "--rules", archive, *words).stdout
        == run(tmp_path, logs, "--rules", rules, *words).stdout
    )


def test_sigmahq_finds_every_regression_case(tmp_path: Path, acceptance: Path) -> None:
    folder = tmp_path / "cases"
    cases: dict[str, str] = {}
    with tarfile.open(acceptance / "sigma" / "sigmahq-regression.tar.gz") as archive:
        for member in archive:
            if member.name.endswith((".json", ".evtx")):
                archive.extract(member, folder, **SAFELY)
                cases[str(folder / member.name)] = Path(member.name).stem
    assert len(cases) > 200
    data, pack = tmp_path / "data", acceptance / "sigma" / "sigmahq-rules.tar.gz"
    report = tmp_path / "report.html"
    done = plumbline(data, "detect", folder, "--rules", pack, "--format", "json", "--report", report)
    assert done.returncode == 1, done.stderr
    fired: dict[str, set[str]] = {}
    for line in done.stdout.splitlines():
        one = json.loads(line)
        fired.setdefault(one["file"], set()).add(one["rule_id"])
    assert [file for file, rule in cases.items() if rule not in fired.get(file, set())] == []
    assert report.stat().st_size > 100_000
