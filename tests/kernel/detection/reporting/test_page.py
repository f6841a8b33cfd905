"""The report says what was looked at, what was found and what not, in words and without anything foreign."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from plumbline.kernel.detection.attack import named, tactics, technique_name, techniques
from plumbline.kernel.detection.examining import Outcome, Sample
from plumbline.kernel.detection.exporting import LEVEL_NAMES, CorrelationFound
from plumbline.kernel.detection.logsources import LogSource
from plumbline.kernel.detection.reporting import page
from plumbline.kernel.detection.reporting.page import Content, Examined, report_html, severity
from plumbline.kernel.detection.rules import LEVELS, Info, Problem
from plumbline.kernel.detection.tallying import Tally

NOW = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)


def info(title: str = "rule", level: str = "high", **more: Any) -> Info:
    values: dict[str, Any] = {
        **dict.fromkeys(("description", "author", "date", "modified", "name", "digest"), ""),
        **{"key": title, "title": title, "level": level, "status": "test", "file": "f.yml"},
        **{"logsource": LogSource(), "falsepositives": ("Unknown",), "references": ()},
        "tags": ("attack.execution", "attack.t1059.001"),
    }
    return Info(**{**values, **more})


def content(tally: Tally, **more: Any) -> Content:
    values: dict[str, Any] = {
        "written": NOW, "version": "1.2.3", "pack_digest": "abc", "rule_count": 7, "tally": tally,
        "files": [Examined("日志.json", 5_000_000, tally.events, "00ff")], "problems": [],
    }  # fmt: skip
    return Content(**{**values, **more})


def found(*outcomes: tuple[Info, str]) -> Tally:
    tally = Tally([one for one, _text in outcomes])
    for number, (_one, text) in enumerate(outcomes):
        sample = Sample(3, (("CommandLine", text),))
        tally.add("日志.json", Outcome([(3, number)], {3: 1.7e9}, [(number, sample)], count=5))
    return tally


class Reader(HTMLParser):
    """Collects the tags, and text outside of style."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._style = False
        self.feed(text)
        self.text = re.sub(r"\s+", " ", " ".join(self.words))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self._style = False

    def handle_data(self, data: str) -> None:
        if not self._style:
            self.words.append(data)


def test_it_tells_the_worst_first_and_what_to_do() -> None:
    tally = found((info("one", "low"), "a"), (info("two", "critical"), "b"))
    text = Reader(report_html(content(tally))).text
    assert "最高级别为 紧急" in text.replace("为紧急", "为 紧急")
    assert severity()["critical"]["first"] in text
    assert text.index("two") < text.index("one")
    assert "2026-11-24 10:30" in text and "7 条规则" in text and "00ff" in text and "1.2.3" in text
    assert "T1059.001" in text and "命令与脚本解释器：PowerShell" in text and "执行" in text
    assert "误报的情形" not in text, "Unknown says nothing"


def test_nothing_found_is_not_called_safe() -> None:
    text = Reader(report_html(content(Tally([], events=5)))).text
    assert "没有检出" in text and "不等于没有发生攻击" in text
    assert "没有能检测的事件" in Reader(report_html(content(Tally([])))).text


def test_it_tells_what_was_not_read_and_not_used() -> None:
    tally = found((info(), "a"))
    tally.faults, tally.fault_count = [("日志.json", 9, "不是有效的 JSON，已跳过")], 250
    problems = [Problem("x.yml", "缺值的规则", "k", "placeholder", "占位符 %A% 没有取值", "请填")]
    text = Reader(
        report_html(
            content(
                tally,
                files=[Examined("坏.evtx", 10, 0, "", "不是日志")],
                problems=problems,
                notes=["检测进程异常退出 1 次"],
            )
        )
    ).text
    for part in (
        "坏.evtx",
        "不是日志",
        "跳过 250 个事件",
        "最先的 1 个",
        "缺值的规则",
        "缺少本单位要填的值",
        "异常退出 1 次",
    ):
        assert part in text


def test_long_lists_are_cut_and_counted(monkeypatch: Any) -> None:
    monkeypatch.setattr(page, "MOST_RULES", 2)
    monkeypatch.setattr(page, "MOST_FILES", 1)
    monkeypatch.setattr(page, "MOST_NAMED", 1)
    tally = found(*((info(f"rule {n}"), "x") for n in range(5)))
    files = [Examined(f"f{n}", 1, 1, "") for n in range(3)]
    problems = [Problem("f", f"p{n}", "", "disabled", "已停用", "") for n in range(3)]
    text = Reader(report_html(content(tally, files=files, problems=problems))).text
    assert "另有 3 条级别较低的规则" in text and "另有 2 个文件" in text and "另有 2 条" in text


def test_correlations_say_what_they_rest_on() -> None:
    one = CorrelationFound(info("多次失败"), (("User", "王"),), 0.0, 60.0, (("f", 1),), "至少 3 次")
    text = Reader(report_html(content(found((info(), "a")), correlations=[one]))).text
    assert "关联检出" in text and "至少 3 次" in text and "User：王" in text


NASTY = st.text(st.sampled_from(list("<>&\"'/ =ascript\u202e\x00\x1b\udc80{}%")), max_size=20)


@settings(max_examples=60, deadline=None)
@given(NASTY.filter(str.strip), NASTY, NASTY, NASTY)
def test_nothing_of_an_event_or_a_rule_becomes_markup(title: str, text: str, name: str, why: str) -> None:
    plain = Reader(report_html(content(found((info("x"), "x")), files=[Examined("x", 1, 1, "", "x")])))
    one = info(
        title, description=text, author=why, falsepositives=(text,), tags=(f"attack.{name}",), file=name
    )
    nasty = report_html(content(found((one, text)), files=[Examined(name, 1, 1, "", why or "x")]))
    allowed = {tag for tag, _attributes in plain.tags} | {"p"}
    for tag, attributes in Reader(nasty).tags:
        assert tag in allowed
        assert not any(key.startswith("on") or key in ("src", "style") for key in attributes)
        assert (attributes.get("href") or "#").startswith("#")
    assert not set("\u202e\x00\x1b") & set(nasty)
    nasty.encode("utf-8")


def test_every_level_is_explained() -> None:
    assert set(severity()) == set(LEVELS) == set(LEVEL_NAMES)
    for level, words in severity().items():
        assert words["name"] == LEVEL_NAMES[level] and words["meaning"] and words["first"]


def test_names_of_techniques_are_complete() -> None:
    for number in techniques():
        assert re.fullmatch(r"T\d{4}(\.\d{3})?", number)
        assert number.partition(".")[0] in techniques() or number.startswith("T1685")
    assert technique_name("t1059.001") == "命令与脚本解释器：PowerShell"
    assert technique_name("g0007") == "攻击组织" and technique_name("t0000") == ""
    assert len(tactics()) >= 14
    assert [str(one) for one in named(["attack.t1105", "attack.command_and_control", "cve.1"])] == [
        "命令与控制", "T1105 传入工具",
    ]  # fmt: skip
