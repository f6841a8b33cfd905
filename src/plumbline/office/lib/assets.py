"""The third-party scripts, styles and fonts that the set-up copies beside the product's own.

They come from npm at set-up and are never committed. Nothing here imports Django: the set-up runs
this file with the standard library alone.

    python -m plumbline.office.lib.assets FOLDER     copy from FOLDER/node_modules
"""

from __future__ import annotations

import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

OFFICE = Path(__file__).resolve().parents[1]
VENDOR = OFFICE / "static" / "vendor"
FONTS = OFFICE / "fonts"

#: Source maps are not copied, so the lines that point to them would only be 404s.
SOURCE_MAP = re.compile(rb"\n?(?://#|/\*#) ?sourceMappingURL=[^\s*]+(?: ?\*/)?")


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of an npm package, and the name that it is served or found by."""

    source: str
    target: Path


def _served(source: str, name: str) -> Asset:
    return Asset(source, VENDOR / name)


def _font(family: str, weight: str, name: str) -> Asset:
    return Asset(f"@expo-google-fonts/{family}/{weight}/{name}_{weight}.ttf", FONTS / f"{name}_{weight}.ttf")


ASSETS = (
    _served("@tabler/core/dist/css/tabler.min.css", "tabler.min.css"),
    _served("@tabler/core/dist/js/tabler.min.js", "tabler.min.js"),
    _served("htmx.org/dist/htmx.min.js", "htmx.min.js"),
    _served("@alpinejs/csp/dist/cdn.min.js", "alpine-csp.min.js"),
    # bars, lines, pies, scatters and what goes with them: two thirds of the whole
    _served("echarts/dist/echarts.common.min.js", "echarts.min.js"),
    _font("noto-serif-sc", "400Regular", "NotoSerifSC"),
    _font("noto-serif-sc", "700Bold", "NotoSerifSC"),
    _font("noto-sans-sc", "400Regular", "NotoSansSC"),
    _font("noto-sans-sc", "700Bold", "NotoSansSC"),
    Asset("@expo-google-fonts/noto-serif-sc/LICENSE_FONT", FONTS / "OFL-NotoSerifSC.txt"),
    Asset("@expo-google-fonts/noto-sans-sc/LICENSE_FONT", FONTS / "OFL-NotoSansSC.txt"),
)


def missing() -> list[Path]:
    """The files that the set-up should have copied and that are not there."""
    return [asset.target for asset in ASSETS if not asset.target.is_file()]


def copy(folder: Path) -> None:
    """Copy every asset out of `folder/node_modules`.

    Raises:
        FileNotFoundError: a package does not hold the file (its layout changed).
    """
    for asset in ASSETS:
        source = folder / "node_modules" / asset.source
        asset.target.parent.mkdir(parents=True, exist_ok=True)
        if asset.target.suffix in (".css", ".js"):
            asset.target.write_bytes(SOURCE_MAP.sub(b"", source.read_bytes()))
        else:
            shutil.copyfile(source, asset.target)


if __name__ == "__main__":
    copy(Path(sys.argv[1]))
