"""Are all texts of the pages in the catalogues, and all translated? Exit 0 yes, 1 no.

What the source says now is collected from a copy, so that nothing here changes the catalogues;
`make messages` does that. Without GNU gettext only the translations are looked at.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

from plumbline.office.lib import catalogues

ROOT = Path(__file__).resolve().parents[1]
OFFICE = ROOT / "src" / "plumbline" / "office"
LEAVE_OUT = shutil.ignore_patterns("static", "fonts", "__pycache__", "migrations", "*.mo")


def main() -> int:
    faults = []
    for source in catalogues.sources():
        faults += [
            f"{source.parent.parent.name}: 没有译文：{text}" for text in catalogues.untranslated(source)
        ]
    if shutil.which("xgettext"):
        faults += uncollected()
    else:
        print("GNU gettext is not on this machine: the source was not searched for new texts")
    print("\n".join(faults) or "translations: complete")
    return 1 if faults else 0


def uncollected() -> list[str]:
    """Texts of the source that the catalogues do not know yet."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "office"
        shutil.copytree(OFFICE, copy, ignore=LEAVE_OUT)
        subprocess.run(
            [
                sys.executable,
                ROOT / "manage.py",
                "makemessages",
                "-l",
                "en",
                "--no-obsolete",
                "--no-wrap",
                "-v0",
            ],
            cwd=copy,
            env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
            check=True,
        )
        collected = _texts(copy)
    known = _texts(OFFICE)
    return [f"未收入译文目录（请运行 make messages）：{text}" for text in sorted(collected - known)]


def _texts(folder: Path) -> set[str]:
    entries = (entry for source in catalogues.sources(folder) for entry in polib.pofile(str(source)))
    return {entry.msgid for entry in entries if not entry.obsolete}


if __name__ == "__main__":
    sys.exit(main())
