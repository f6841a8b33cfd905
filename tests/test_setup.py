"""What a fresh checkout is built from, and what the set-up says where something is missing."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHELL = shutil.which("sh") or "/bin/sh"
PINNED = ("requirements.txt", "requirements-dev.txt", "requirements-assets.txt")


def tool(name: str) -> ModuleType:
    """A file of tools/ as a module."""
    spec = importlib.util.spec_from_file_location(f"tool_{name}", ROOT / "tools" / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def script(folder: Path, name: str, body: str) -> None:
    path = folder / name
    path.write_text(f"#!{SHELL}\n{body}\n")
    path.chmod(0o755)


def find_python(folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """`tools/python` on a machine that has only what is in a folder (and `id`)."""
    script(folder, "id", "echo 0")
    environment = {"PATH": str(folder), **more}
    return subprocess.run([SHELL, ROOT / "tools/python"], capture_output=True, text=True, env=environment)


def test_it_finds_a_python_that_can_build_an_environment(tmp_path: Path) -> None:
    script(tmp_path, "python3", f'exec "{sys.executable}" "$@"')
    done = find_python(tmp_path)
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).is_file()


def test_it_skips_one_that_is_too_old_or_a_shim_without_a_python(tmp_path: Path) -> None:
    script(tmp_path, "python3.13", "echo 'not installed' >&2; exit 127")
    script(tmp_path, "python3.12", "exit 1")
    script(tmp_path, "python3", f'exec "{sys.executable}" "$@"')
    assert find_python(tmp_path).returncode == 0


@pytest.mark.parametrize(
    ("manager", "command"),
    [
        ("apt-get", "    apt-get install -y python3 python3-venv\n"),
        ("dnf", "    dnf install -y python3.11\n"),
        ("brew", "    brew install python@3.12\n"),
        ("none", "    PYTHON=/path/to/python3.11 make setup\n"),
    ],
)
def test_without_a_python_it_prints_the_one_command(tmp_path: Path, manager: str, command: str) -> None:
    script(tmp_path, manager, "")
    done = find_python(tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert "没有 Python 3.11" in done.stderr
    assert done.stderr.endswith(command)


def test_without_venv_it_prints_the_one_command(tmp_path: Path) -> None:
    own = "{}.{}".format(*sys.version_info)
    lacking = f'case "$*" in *ensurepip*) exit 1;; esac; exec "{sys.executable}" "$@"'
    script(tmp_path, "python3", lacking)
    script(tmp_path, "apt-get", "")
    done = find_python(tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.endswith(f"    apt-get install -y python{own}-venv\n")


def test_a_person_who_is_not_root_is_told_to_use_sudo(tmp_path: Path) -> None:
    script(tmp_path, "apt-get", "")
    folder = tmp_path / "person"
    folder.mkdir()
    script(folder, "id", "echo 1000")
    done = subprocess.run(
        [SHELL, ROOT / "tools/python"], capture_output=True, text=True, env={"PATH": f"{folder}:{tmp_path}"}
    )
    assert "    sudo apt-get install" in done.stderr


def test_a_step_is_done_again_only_when_what_it_is_made_from_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup = tool("setup")
    monkeypatch.setattr(setup, "ROOT", tmp_path)
    monkeypatch.setattr(setup, "BUILD", tmp_path / "build")
    (tmp_path / "list").write_text("a==1")
    mark = setup.stamp(["list"])
    assert not setup.done("step", mark)
    setup.write("step", mark)
    assert setup.done("step", setup.stamp(["list"]))
    (tmp_path / "list").write_text("a==2")
    assert not setup.done("step", setup.stamp(["list"]))


def test_a_failed_download_says_that_only_set_up_needs_the_network(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    setup = tool("setup")
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(setup, "environment", lambda: None)
    monkeypatch.setattr(setup, "done", lambda *_: False)
    monkeypatch.setattr(setup, "PYTHON", Path(shutil.which("false") or "/bin/false"))
    assert setup.main() == 2
    said = capsys.readouterr().err
    assert "联网" in said
    assert "make setup" in said


@pytest.mark.parametrize("name", PINNED)
def test_every_requirement_is_pinned_and_hashed(name: str) -> None:
    text = (ROOT / name).read_text()
    requirements = re.findall(r"^[a-z0-9].*?(?=^[a-z0-9]|\Z)", text, re.MULTILINE | re.DOTALL)
    assert requirements
    for requirement in requirements:
        assert "==" in requirement.split("\n")[0]
        assert "--hash=sha256:" in requirement
    assert "://" not in text


def test_what_the_project_asks_for_is_pinned() -> None:
    def plain(requirement: str) -> str:
        return re.split(r"[\[<>=! ;]", requirement)[0].lower().replace("_", "-")

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = (project["project"]["dependencies"], *project["dependency-groups"].values())
    for file, asked in zip(PINNED, groups, strict=True):
        pinned = {plain(line) for line in (ROOT / file).read_text().splitlines() if line[:1].isalnum()}
        assert {plain(requirement) for requirement in asked} <= pinned, f"{file}: run `make lock`"


def test_npm_packages_are_pinned_by_their_content_and_name_no_host() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    assert all(entry["integrity"].startswith("sha512-") for entry in packages.values())
    assert not any("resolved" in entry for entry in packages.values())
    wanted = json.loads((ROOT / "package.json").read_text())
    assert lock["packages"][""]["dependencies"] == wanted["dependencies"]
    assert "omit-lockfile-registry-resolved=true" in (ROOT / ".npmrc").read_text()


def test_no_third_party_script_style_or_font_is_committed() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    assert not [
        name for name in listed.stdout.splitlines() if re.search(r"/vendor/|\.(ttf|otf|woff2?|mo)$", name)
    ]


def test_set_up_fetched_what_the_pages_and_the_forms_need() -> None:
    from plumbline.office.lib import assets

    assert assets.missing() == []
    pages = [asset.target for asset in assets.ASSETS if asset.target.suffix in (".css", ".js")]
    assert not any(b"sourceMappingURL" in path.read_bytes() for path in pages)


def test_the_usual_targets_are_there() -> None:
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {"setup", "run", "test", "check", "bench"} <= {line.split()[0] for line in listed.splitlines()}


def test_every_script_can_be_run() -> None:
    for path in (ROOT / ".ci/run", *(ROOT / "tools").glob("*[!.py]")):
        if path.suffix == "" and path.is_file():
            assert os.access(path, os.X_OK), path
            subprocess.run([SHELL, "-n", path], check=True)


def test_without_a_postgresql_server_nothing_is_run_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    postgres = tool("postgres")
    monkeypatch.setattr(postgres, "find_programs", lambda: None)
    assert postgres.main(["false"]) == 77
    assert "no server on this machine" in capsys.readouterr().err
