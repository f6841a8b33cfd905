"""The English catalogues are complete, and say the same as the Chinese source."""

from __future__ import annotations

import re

import polib
import pytest

from plumbline.office.lib import catalogues

SOURCES = catalogues.sources()
TEMPLATES = sorted(catalogues.OFFICE.rglob("templates/**/*.html"))
MARKED = re.compile(
    r"{%\s*comment\b.*?endcomment\s*%}|{#.*?#}|{%\s*blocktranslate\b.*?endblocktranslate\s*%}|{%\s*translate\b.*?%}",
    re.DOTALL,
)
#: the word that leads back to Chinese, which its readers must find
OWN_NAME = "中文"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}")


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.parents[3].name)
def test_every_text_has_its_english(source):
    assert catalogues.untranslated(source) == []


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.parents[3].name)
def test_every_translation_keeps_the_placeholders(source):
    for entry in polib.pofile(str(source)):
        texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        for text in texts:
            # the text for many may name a count that the text for one does not need
            source = entry.msgid + entry.msgid_plural
            wanted, found = (sorted(PLACEHOLDER.findall(part)) for part in (source, text))
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


def test_every_room_that_speaks_has_a_catalogue():
    assert {path.parents[3].name for path in SOURCES} >= {"office", "targets", "reports"}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(catalogues.OFFICE)))
def test_no_page_says_what_cannot_be_translated(template):
    bare = MARKED.sub("", template.read_text("utf-8")).replace(OWN_NAME, "")
    assert re.findall(r"[\u3001-\u303f\u4e00-\u9fff\uff08-\uff1b]+", bare) == []
