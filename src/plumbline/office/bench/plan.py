"""Reading and checking plan documents."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from plumbline.office.bench.harness import Run, benchmark
from plumbline.office.bench.workbook import large_workbook
from plumbline.office.sample.description import describe

#: a published county document, where the checkout has one beside it
PUBLISHED = Path("../shared/acceptance/plan/yutian-2023.txt")
MEMORY = (
    "import resource,sys,pathlib;"
    "from plumbline.kernel.plans.reading import read_plan;"
    "from plumbline.kernel.plans.checking import check;"
    "p=pathlib.Path(sys.argv[1]);d=read_plan(p.name,p.read_bytes());check(d);"
    "print(len(d.projects),resource.getrusage(resource.RUSAGE_SELF).ru_maxrss/1024)"
)


@benchmark("plan", "读取与校核绩效目标文件")
def plan(run: Run) -> None:
    """The sample county's document, a published one where it is at hand, and 1,000 projects in 10 MB."""
    from plumbline.kernel.plans.checking import check
    from plumbline.kernel.plans.reading import read_plan

    description = describe("office-2026")
    name, data = description.file_name(), description.document()
    run.measure("示例县目标文本（.docx）：读取", lambda: read_plan(name, data), limit=0.5)
    run.measure("示例县目标文本（.docx）：读取并校核", lambda: check(read_plan(name, data)), limit=0.5)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        _commands(run, "示例县目标文本", path)
        if PUBLISHED.is_file():
            text = PUBLISHED.read_bytes()
            run.measure(
                "公开的县级文件（.txt）：读取并校核", lambda: check(read_plan("a.txt", text)), limit=0.5
            )
            _commands(run, "公开的县级文件", PUBLISHED)
        _thousand(run, Path(folder) / "千项目.xlsx")


def _commands(run: Run, what: str, path: Path) -> None:
    command = [sys.executable, "-m", "plumbline.office.cli", "plan", "check", str(path), "--format", "json"]
    run.measure(
        f"{what}：plumbline plan check 整条命令",
        lambda: subprocess.run(command, capture_output=True, check=False),
        rounds=5,
        limit=1.5,
    )


def _thousand(run: Run, path: Path) -> None:
    """In a process of its own, so that its memory is its own."""
    size = large_workbook(path, projects=1000)
    run.figure("1000 个项目的工作簿", size / 1_000_000, unit="MB")
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", MEMORY, str(path)], capture_output=True, text=True, check=True
    )
    run.times("1000 个项目的工作簿：读取并校核", [time.perf_counter() - start], limit=20)
    projects, memory = done.stdout.split()
    run.figure("读出的项目", float(projects), unit="个")
    run.figure("内存峰值", float(memory), unit="MB", limit=500)
