"""Detection: events a second on corpora of four kinds, against parsing alone and a plain evaluator."""

from __future__ import annotations

import gc
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

import orjson

from plumbline.kernel.detection.engine import Engine
from plumbline.kernel.detection.expressions import Compared, Pattern, Present, Regex
from plumbline.kernel.detection.pack import Expression, Pack
from plumbline.kernel.detection.rules import RuleFile
from plumbline.office.bench.detect_corpus import Corpus, made_rules
from plumbline.office.bench.harness import Run, benchmark, percentile

#: SigmaHQ's rules, where the checkout has them beside it; else rules are made
PUBLISHED: Final = Path("../shared/acceptance/sigma/sigmahq-rules.tar.gz")
#: events of each measurement; `PLUMBLINE_BENCH_EVENTS` asks for others
EVENTS: Final = int(os.environ.get("PLUMBLINE_BENCH_EVENTS", "200000"))
CORPORA: Final[dict[str, dict[str, Any]]] = {
    "平常日志": {"attacks": 0.0},
    "攻击密集": {"attacks": 0.2},
    "文字全不重复": {"attacks": 0.2, "fresh": True},
    "99∶1 混合": {"attacks": 0.01},
}
#: how many times the time of parsing alone matching may take
LIMITS: Final = {"平常日志": 4.0, "攻击密集": 5.2}


@dataclass(frozen=True, slots=True)
class Figures:
    """What one process measured.

    Attributes:
        events, pairs, size: of the corpus; bytes.
        parsing, matching: CPU seconds of orjson alone and of the engine; wall: of the engine.
        batches: wall seconds of batches of 1,000 events.
        memory: peak of the process in megabytes.
    """

    events: int
    pairs: int
    size: int
    parsing: float
    matching: float
    wall: float
    batches: tuple[float, ...]
    memory: float


@benchmark("detect", "检测内核（Sigma 规则匹配日志）")
def detect(run: Run) -> None:
    """Start-up, four corpora, two processes, and growth with rules and events."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rules.pack"
        _start(run, path)
        measured: dict[str, Figures] = {}
        for name in CORPORA:
            (found,) = _measure(path, [(name, 1, EVENTS)])
            measured[name] = found
            _report(run, name, found)
            if name in LIMITS:
                _together(run, path, name, found)
        ratio = measured["文字全不重复"].matching / measured["攻击密集"].matching
        run.figure("文字全不重复：耗时与攻击密集之比", ratio, unit="倍", limit=1 / 0.6)
        _growth(run, path)


def _start(run: Run, path: Path) -> None:
    """Compiling all rules, keeping them, and starting from what was kept."""
    from plumbline.kernel.detection.compiling import compile_rules
    from plumbline.kernel.detection.reading import read
    from plumbline.kernel.detection.storing import dump, load

    files = list(_rule_files())
    begun = time.perf_counter()
    compiled = compile_rules(read(files))
    content = dump(compiled)
    run.figure(
        f"首次编译全部规则（{len(compiled.rules)} 条）", time.perf_counter() - begun, unit="s", limit=30
    )
    path.write_bytes(content)
    run.figure("编译结果文件", len(content) / 1e6, unit="MB")
    run.measure("读回编译结果", lambda: load(path.read_bytes()), rounds=5, limit=0.5)


def _rule_files() -> Iterator[RuleFile]:
    if not PUBLISHED.is_file():
        yield from made_rules(3_000)
        return
    import tarfile

    with tarfile.open(PUBLISHED) as archive:
        for member in archive:
            if member.isfile() and member.name.startswith("rules") and member.name.endswith(".yml"):
                content = archive.extractfile(member)
                if content is not None:
                    yield RuleFile(member.name, content.read())


def _measure(path: Path, works: list[tuple[str, int, int]]) -> list[Figures]:
    """Each work (corpus, seed, events) in a process of its own, all at once."""
    with ProcessPoolExecutor(len(works), mp_context=get_context("spawn")) as pool:
        return list(pool.map(_work, [(path, *work) for work in works]))


def _work(work: tuple[Path, str, int, int]) -> Figures:
    from plumbline.kernel.detection.storing import load

    path, name, seed, events = work
    engine = Engine(load(path.read_bytes()).pack)
    corpus = Corpus(engine.pack, seed=seed, **CORPORA[name])
    gc.freeze()  # as the processes of `plumbline detect` do
    parsing = matching = 0.0
    pairs = size = 0
    batches = []
    for _ in range(events // 1_000):
        lines = corpus.lines(1_000)
        size += sum(map(len, lines))
        begun = time.process_time()
        for line in lines:
            orjson.loads(line)
        parsing += time.process_time() - begun
        begun, clock = time.process_time(), time.perf_counter()
        pairs += len(engine.match(lines).pairs)
        batches.append(time.perf_counter() - clock)
        matching += time.process_time() - begun
    return Figures(events, pairs, size, parsing, matching, sum(batches), tuple(batches), _peak())


def _peak() -> float:
    """Peak memory of this process in megabytes; what getrusage says includes the parent's before exec."""
    status = Path("/proc/self/status")
    if status.is_file():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _report(run: Run, name: str, found: Figures) -> None:
    run.figure(f"{name}：每秒日志（单进程，CPU）", found.events / found.matching, unit="条")
    run.figure(f"{name}：每秒日志（单进程，墙钟）", found.events / found.wall, unit="条")
    run.figure(f"{name}：每秒数据量", found.size / found.matching / 1e6, unit="MB")
    run.figure(f"{name}：每百条命中", found.pairs * 100 / found.events, unit="对")
    ratio = found.matching / found.parsing
    run.figure(f"{name}：耗时与仅解析 JSON 之比", ratio, unit="倍", limit=LIMITS.get(name))
    warm = found.batches[len(found.batches) // 10 :]
    run.figure(f"{name}：每批 1,000 条，中位数", statistics.median(warm) * 1000, unit="ms")
    run.figure(f"{name}：每批 1,000 条，99% 在此之内", percentile(warm, 99) * 1000, unit="ms")
    tens = [sum(warm[start : start + 10]) for start in range(0, len(warm) - 9, 10)]
    run.figure(f"{name}：每批 10,000 条，中位数", statistics.median(tens) * 1000, unit="ms")
    run.figure(f"{name}：每批 10,000 条，99% 在此之内", percentile(tens, 99) * 1000, unit="ms")
    run.figure(f"{name}：内存峰值", found.memory, unit="MB", limit=200)


def _together(run: Run, path: Path, name: str, alone: Figures) -> None:
    """Two processes on two corpora against one: events a second of wall time."""
    both = _measure(path, [(name, 2, EVENTS), (name, 3, EVENTS)])
    speed = sum(found.events / found.wall for found in both)
    run.figure(f"{name}：每秒日志（两个进程，墙钟）", speed, unit="条")
    run.figure(f"{name}：两个进程与一个之比（应至少 1.8）", speed / (alone.events / alone.wall), unit="倍")


def _growth(run: Run, path: Path) -> None:
    """How time grows with rules and with events; and a plain evaluator on the same events."""
    from plumbline.kernel.detection.compiling import compile_rules
    from plumbline.kernel.detection.reading import read
    from plumbline.kernel.detection.storing import load

    pack = load(path.read_bytes()).pack
    lines = Corpus(pack, seed=5, attacks=0.2).lines(20_000)
    files = list(_rule_files())
    for count in (100, 1_000, len(files)):
        few = compile_rules(read(files[:: max(1, len(files) // count)][:count])).pack
        engine = Engine(few)
        engine.match(lines[:2_000])
        begun = time.process_time()
        engine.match(lines)
        spent = time.process_time() - begun
        run.figure(f"{len(few.rules)} 条规则：每条日志", spent / len(lines) * 1e6, unit="µs")
    for events in (10_000, 100_000, 1_000_000):
        if events <= 10 * EVENTS:
            (found,) = _measure(path, [("攻击密集", 7, events)])
            run.figure(f"{events:,} 条日志：每条", found.matching / events * 1e6, unit="µs")
            run.figure(f"{events:,} 条日志：内存峰值", found.memory, unit="MB", limit=200)
    sample = [orjson.loads(line) for line in lines[:60]]
    begun = time.process_time()
    for event in sample:
        plainly(pack, event)
    plain = (time.process_time() - begun) / len(sample)
    engine = Engine(pack)
    engine.match(lines)
    begun = time.process_time()
    engine.match(lines)
    run.figure("逐条规则逐个取值的写法：每条日志", plain * 1e6, unit="µs")
    run.figure("它与检测内核之比", plain / ((time.process_time() - begun) / len(lines)), unit="倍")


def plainly(pack: Pack, event: dict[str, Any]) -> list[int]:
    """Every rule on an event, one after the other: no atoms shared, nothing kept, no Hyperscan."""
    import re

    data = event["Event"].get("EventData") or {}
    texts = {name.lower(): str(value).lower() for name, value in data.items() if value is not None}

    def atom(number: int) -> bool:
        owner, test = pack.atoms[number]
        text = texts.get(pack.fields[owner])
        if text is None:
            return False
        match test:
            case Present():
                return True
            case Pattern(parts):
                made = "".join(re.escape(part.lower()) if isinstance(part, str) else ".*" for part in parts)
                return re.fullmatch(made, text, re.DOTALL) is not None
            case Regex(expression):
                return re.search(expression, text) is not None
            case Compared(_, limit):
                return text == str(limit)
            case _:
                return False

    def holds(expression: Expression, part: Any) -> bool:
        if isinstance(expression, int):
            return bool(part(expression))
        word, *parts = expression
        if word == "not":
            return not holds(parts[0], part)
        return (all if word == "and" else any)(holds(one, part) for one in parts)

    def predicate(number: int) -> bool:
        return holds(pack.predicates[number][1], atom)

    return [rule for rule, expression in enumerate(pack.rules) if holds(expression, predicate)]
