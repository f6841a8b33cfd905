"""The English catalogues are complete, and say the same as the Chinese source."""

from __future__ import annotations

import re

import polib
import pytest

from plumbline.office.lib import catalogues

SOURCES = catalogues.sources()
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}")


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.parents[3].name)
def test_every_text_has_its_english(source):
    assert catalogues.untranslated(source) == []


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.parents[3].name)
def test_every_translation_keeps_the_placeholders(source):
    for entry in polib.pofile(str(source)):
        texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        for text in texts:
            wanted, found = (sorted(PLACEHOLDER.findall(part)) for part in (entry.msgid, text))
            assert set(found) <= set(wanted), entry.msgid
            assert len(texts) > 1 or found == wanted, entry.msgid


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.parents[3].name)
def test_no_english_text_is_left_in_chinese(source):
    # examples of what is to be typed stay as they are
    quoted = re.compile(r"[“(][^”)]*[”)]|〔〕|准绳|\d年|\d月|\d日")
    left = [
        entry.msgid
        for entry in polib.pofile(str(source))
        if re.search(r"[\u4e00-\u9fff]", quoted.sub("", entry.msgstr))
    ]
    assert left == []
