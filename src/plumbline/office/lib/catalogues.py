"""The compiled translations: made from the .po files with no tool but Python.

Compiled catalogues are not committed, and GNU gettext may be absent from an office machine.

    python -m plumbline.office.lib.catalogues        compile what is older than its source
"""

from __future__ import annotations

from pathlib import Path

import polib

OFFICE = Path(__file__).resolve().parents[1]


def sources(folder: Path = OFFICE) -> list[Path]:
    """Every .po file of the product: the common one, and one in each room that has its own."""
    return sorted(folder.glob("**/locale/*/LC_MESSAGES/*.po"))


def stale(folder: Path = OFFICE) -> list[Path]:
    """The .po files whose compiled catalogue is absent or older."""
    return [source for source in sources(folder) if not _fresh(source)]


def compile_stale(folder: Path = OFFICE) -> list[Path]:
    """Compile them; returns what was compiled.

    Raises:
        OSError: a .po file is not valid (polib names the line), or cannot be written beside.
    """
    compiled = stale(folder)
    for source in compiled:
        target = source.with_suffix(".mo")
        draft = target.with_suffix(".mo.new")
        polib.pofile(str(source), check_for_duplicates=True).save_as_mofile(str(draft))
        draft.replace(target)
    return compiled


def untranslated(source: Path) -> list[str]:
    """Messages of a catalogue that have no finished translation."""
    catalogue = polib.pofile(str(source))
    return [entry.msgid for entry in (*catalogue.untranslated_entries(), *catalogue.fuzzy_entries())]


def _fresh(source: Path) -> bool:
    target = source.with_suffix(".mo")
    return target.is_file() and target.stat().st_mtime >= source.stat().st_mtime


if __name__ == "__main__":
    for path in compile_stale():
        print(path.relative_to(OFFICE))
