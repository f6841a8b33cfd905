"""`plumbline plan read` and `check`: no database, no Django, and the documented exit codes."""

import json
import resource
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run, plumbline

COUNTY = "yutian-2023.txt"


@pytest.fixture
def nowhere(tmp_path: Path) -> Path:
    """A data folder that nobody may create."""
    (tmp_path / "file").write_text("")
    return tmp_path / "file" / "data"


def test_it_reads_a_document_as_json_without_touching_the_data_folder(
    acceptance: Path, nowhere: Path
) -> None:
    done = plumbline(nowhere, "plan", "read", acceptance / "plan" / COUNTY, "--format", "json")
    assert done.returncode == 0, done.stderr
    plan = json.loads(done.stdout)
    assert plan["year"] == 2023
    assert len(plan["projects"]) == 5
    assert all(project["budget_yuan"].count(".") == 1 for project in plan["projects"])


def test_it_reads_a_document_as_text(acceptance: Path, nowhere: Path) -> None:
    done = plumbline(nowhere, "plan", "read", acceptance / "plan" / COUNTY)
    assert done.returncode == 0, done.stderr
    assert "共 5 个项目" in done.stdout


def test_check_ends_with_1_when_there_are_errors(acceptance: Path, nowhere: Path) -> None:
    done = plumbline(nowhere, "plan", "check", acceptance / "plan" / COUNTY, "--format", "json")
    assert done.returncode == 1, done.stderr
    findings = json.loads(done.stdout)["findings"]
    assert {finding["severity"] for finding in findings} == {"error", "warning", "note", "confirmed"}
    assert all(finding["message"] for finding in findings)


def test_check_prints_the_findings_with_their_lines(acceptance: Path, nowhere: Path) -> None:
    done = plumbline(nowhere, "plan", "check", acceptance / "plan" / COUNTY)
    assert done.returncode == 1
    assert "错误" in done.stdout
    assert "第10行" in done.stdout


@pytest.mark.parametrize("verb", ["read", "check"])
def test_a_document_of_another_kind_ends_with_2_and_one_sentence(
    acceptance: Path, nowhere: Path, verb: str
) -> None:
    other = next((acceptance / "plan" / "layouts").glob("16_*"))
    done = plumbline(nowhere, "plan", verb, other)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"错误：{other.name}：")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("gone.txt", None, "没有这个文件"),
        ("empty.txt", b"", "错误："),
        ("program.docx", b"MZ\x90\x00" * 64, "错误："),
    ],
)
def test_a_file_that_cannot_be_read_ends_with_2(
    tmp_path: Path, nowhere: Path, name: str, content: bytes | None, said: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    done = plumbline(nowhere, "plan", "check", tmp_path / name)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_is_not_a_document(tmp_path: Path, nowhere: Path) -> None:
    done = plumbline(nowhere, "plan", "read", tmp_path)
    assert done.returncode == 2
    assert "目录" in done.stderr


def test_a_wrong_word_ends_with_2(nowhere: Path) -> None:
    assert plumbline(nowhere, "plan", "chekc").returncode == 2
    assert plumbline(nowhere, "plan", "check", "x", "--format", "xml").returncode == 2


def test_a_check_costs_less_than_a_second_and_a_half(acceptance: Path, nowhere: Path) -> None:
    """Counted in seconds of the processor, so that what else runs here does not matter."""

    def spent() -> float:
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    before = spent()
    done = plumbline(nowhere, "plan", "check", acceptance / "plan" / COUNTY)
    assert done.returncode == 1
    assert spent() - before < 1.5


def test_the_command_line_itself_loads_neither_django_nor_a_reader() -> None:
    import subprocess

    code = (
        "import sys; import plumbline.office.cli\n"
        "heavy = {'django', 'docx', 'openpyxl', 'pdfplumber', 'granian'} & set(sys.modules)\n"
        "sys.exit(', '.join(sorted(heavy)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_plan_goes_in_and_its_forms_come_out(
    acceptance: Path, data: Path, run: Run, tmp_path: Path
) -> None:
    county = acceptance / "plan" / COUNTY
    asked = run("plan", "import", county)
    assert asked.returncode == 2
    assert "单位" in asked.stderr
    done = run("plan", "import", county, "--new-unit")
    assert done.returncode == 0, done.stderr
    assert "5 个项目" in done.stdout
    again = run("plan", "import", county)
    assert again.returncode == 2
    assert "替换" in again.stderr
    for form, file in (("target", "a.docx"), ("document", "b.xlsx"), ("monitoring", "c.xlsx")):
        out = run("plan", "export", tmp_path / file, "--form", form)
        assert out.returncode == 0, out.stderr
        assert (tmp_path / file).stat().st_size > 5000
    kept = run("plan", "export", tmp_path / "a.docx")
    assert kept.returncode == 2
    assert "没有覆盖" in kept.stderr
    back = json.loads(run("plan", "read", tmp_path / "b.xlsx", "--format", "json").stdout)
    assert [project["code"] for project in back["projects"] if project["code"]] == [
        project["code"]
        for project in json.loads(run("plan", "read", county, "--format", "json").stdout)["projects"]
        if project["code"]
    ]
    assert run("audit", "verify").returncode == 0


@pytest.mark.parametrize("words", [["a.txt"], ["a.docx", "--year", "1999"], ["a.docx", "--unit", "某局"]])
def test_an_export_that_fits_nothing_is_one_sentence(run: Run, tmp_path: Path, words: list[str]) -> None:
    done = run("plan", "export", tmp_path / words[0], *words[1:])
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / words[0]).exists()
