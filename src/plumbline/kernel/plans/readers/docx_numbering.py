"""Automatic numbers of Word paragraphs (一、 1. （二）), which are not part of their text.

Source: ECMA-376 part 1, 17.9 (numbering). Formats that forms do not use give no number.
"""

from __future__ import annotations

import re
import zipfile
from collections import defaultdict
from dataclasses import dataclass, field

from lxml import etree

from plumbline.kernel.plans.readers.archive import has, parse_part

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CHINESE = (
    "chineseCounting",
    "chineseCountingThousand",
    "japaneseCounting",
    "ideographDigital",
    "taiwaneseCountingThousand",
)


@dataclass(frozen=True)
class _Level:
    form: str
    text: str
    start: int


@dataclass
class Numbering:
    """The lists of a document; `label` counts on as paragraphs are asked for in reading order."""

    levels: dict[str, dict[int, _Level]] = field(default_factory=dict)
    lists: dict[str, str] = field(default_factory=dict)
    styles: dict[str, tuple[str, int]] = field(default_factory=dict)
    counts: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))

    @classmethod
    def of(cls, name: str, archive: zipfile.ZipFile) -> Numbering:
        """The lists that a document defines; none where it has no such part."""
        numbering = cls()
        if not has(archive, "word/numbering.xml"):
            return numbering
        root = parse_part(name, archive, "word/numbering.xml")
        for abstract in root.iter(f"{W}abstractNum"):
            numbering.levels[abstract.get(f"{W}abstractNumId", "")] = {
                _int(level.get(f"{W}ilvl")): _level(level) for level in abstract.iter(f"{W}lvl")
            }
        for entry in root.iter(f"{W}num"):
            numbering.lists[entry.get(f"{W}numId", "")] = _value(entry.find(f"{W}abstractNumId"))
        if has(archive, "word/styles.xml"):
            for style in parse_part(name, archive, "word/styles.xml").iter(f"{W}style"):
                found = style.find(f"{W}pPr/{W}numPr")
                if found is not None and _value(found.find(f"{W}numId")):
                    place = (_value(found.find(f"{W}numId")), _int(_value(found.find(f"{W}ilvl"))))
                    numbering.styles[style.get(f"{W}styleId", "")] = place
        return numbering

    def label(self, paragraph: etree._Element) -> str:
        """The number before a paragraph ("1.", "（二）"), "" where it has none."""
        if not self.lists:
            return ""
        place = self._place(paragraph)
        abstract = self.lists.get(place[0]) if place else None
        if place is None or abstract is None:
            return ""
        levels, depth = self.levels.get(abstract, {}), place[1]
        level = levels.get(depth)
        if level is None:
            return ""
        counts = self.counts[abstract]
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in [d for d in counts if d > depth]:
            del counts[deeper]

        def shown(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            one = levels.get(at, level)
            return _written(counts.get(at, one.start), one.form)

        return re.sub(r"%([1-9])", shown, level.text) if level.form not in ("bullet", "none") else ""

    def _place(self, paragraph: etree._Element) -> tuple[str, int] | None:
        found = paragraph.find(f"{W}pPr/{W}numPr")
        if found is not None:
            number = _value(found.find(f"{W}numId"))
            # numId 0 takes a paragraph out of the list of its style
            return None if number in ("", "0") else (number, _int(_value(found.find(f"{W}ilvl"))))
        style = _value(paragraph.find(f"{W}pPr/{W}pStyle"))
        return self.styles.get(style) if style else None


def _level(level: etree._Element) -> _Level:
    return _Level(
        form=_value(level.find(f"{W}numFmt")) or "decimal",
        text=_value(level.find(f"{W}lvlText")),
        start=_int(_value(level.find(f"{W}start")), default=1),
    )


def _value(element: etree._Element | None) -> str:
    return (element.get(f"{W}val") or "") if element is not None else ""


def _int(text: str | None, *, default: int = 0) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else default


def _written(number: int, form: str) -> str:
    if form in _CHINESE and 0 < number < 100:
        digits = "零一二三四五六七八九"
        tens, ones = divmod(number, 10)
        return (("" if tens == 1 else digits[tens]) + "十" if tens else "") + (digits[ones] if ones else "")
    if form in ("upperLetter", "lowerLetter") and 0 < number <= 26:
        return chr((64 if form == "upperLetter" else 96) + number)
    if form == "decimalEnclosedCircle" and 0 < number <= 20:
        return chr(0x245F + number)
    return str(number)
