"""Templates of notices: what they may hold, and what a refusal says."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.core.files.base import ContentFile
from docx import Document

from plumbline.kernel.plans.readers.office import office_program
from plumbline.office.files.kinds import ContentRefused
from plumbline.office.findings.letters.drawing import draw, try_out
from plumbline.office.findings.letters.placeholders import ITEM_WORDS, ITEMS, WORDS, trial
from plumbline.office.findings.letters.sandbox import TemplateRefused
from plumbline.office.findings.letters.shipped import shipped_letter
from plumbline.office.findings.models import Notice, NoticePreview, NoticeTemplate
from plumbline.office.findings.services import letters, previews
from tests.office.findings.notice_factories import NOW, docx, make_notice


def text_of(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


@pytest.mark.parametrize("kind", [kind.value for kind in Notice.Kind])
def test_a_shipped_letter_is_filled_completely(kind: str) -> None:
    text = text_of(try_out(shipped_letter(kind)))
    for word in WORDS:
        # the shipped letter does not use all; what it uses is filled
        assert "{" not in text and word.name + " }}" not in text
    for expected in (
        "示网信整改〔2026〕12号",
        "示例县第一中学",
        "管理后台可从互联网直接访问",
        "网站未启用 HTTPS",
    ):
        assert expected in text


def test_every_word_of_the_list_is_known() -> None:
    loop = [
        f"{{%p for 问题 in {ITEMS} %}}",
        *(f"{{{{ 问题.{word.name} }}}}" for word in ITEM_WORDS),
        "{%p endfor %}",
    ]
    words = [f"{{{{ {word.name} }}}}" for word in WORDS]
    text = text_of(try_out(docx(*words, *loop).read()))
    for word in (*WORDS, *ITEM_WORDS):
        assert word.example.split("\n")[0] in text


ATTACKS = (
    "{{ ''.__class__ }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ 文号.__class__ }}",
    "{{ 文号['__class__'] }}",
    "{{ 文号|attr('__class__') }}",
    "{{ self.__init__.__globals__ }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ config }}",
    "{{ 'x' * 1000000000 }}",
    "{{ 2 ** 100000 }}",
    "{% for x in range(1000000) %}x{% endfor %}",
    "{% set x = 文号 %}",
    "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}",
    "{% macro x() %}{% endmacro %}",
    "{{ 文号() }}",
    "{% for 问题 in 问题清单 %}{{ 问题.items }}{% endfor %}",
    "{% for 问题 in 问题清单 %}{{ 问题.名称.__class__ }}{% endfor %}",
    "{% for a in 问题清单 %}" * 3 + "x" + "{% endfor %}" * 3,
    "{% for x in 问题清单 recursive %}x{% endfor %}",
    "{{ loop.index }}",
)


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_is_more_than_a_word_is_refused(attack: str) -> None:
    with pytest.raises(TemplateRefused):
        try_out(docx(attack).read())


def test_an_attack_in_the_title_of_the_file_is_refused_too() -> None:
    document = Document()
    document.core_properties.title = "{{ ''.__class__ }}"
    document.sections[0].header.paragraphs[0].text = "{{ 文号 }}"
    buffer = io.BytesIO()
    document.save(buffer)
    with pytest.raises(TemplateRefused, match="__class__"):
        try_out(buffer.getvalue())


@pytest.mark.parametrize(
    ("paragraphs", "named"),
    [
        (["{{ 文好 }}"], "文好"),
        (["{%p for 问题 in 问题清单 %}", "{{ 问题.标题 }}", "{%p endfor %}"], "问题.标题"),
        (["{{ 文号 "], "{{ 文号"),
        (["{%p for 问题 in 问题清单 %}", "{{ 问题.名称 }}"], "for 问题"),
    ],
)
def test_a_wrong_word_is_named_with_the_known_ones(paragraphs: list[str], named: str) -> None:
    with pytest.raises(TemplateRefused) as refused:
        try_out(docx(*paragraphs).read())
    assert named in refused.value.what
    if "不认识" in refused.value.what:
        assert "主送单位" in refused.value.advice and "问题.名称" in refused.value.advice


def test_what_a_finding_says_is_text_and_no_template() -> None:
    words = trial()
    words["标题"] = "{{ 文号 }} <w:p>&amp; {_{ 文号 }_} \x00\x0b"
    text = text_of(draw(docx("{{ 标题 }}").read(), words))
    assert "<w:p>&amp;" in text and "2026" not in text


def test_a_template_that_fetches_from_elsewhere_is_refused() -> None:
    source = docx("{{ 文号 }}").read()
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(source)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "word/_rels/document.xml.rels":
                link = b'<Relationship Id="x9" Type="http://x/t" Target="http://x" TargetMode="External"/>'
                content = content.replace(b"</Relationships>", link + b"</Relationships>")
            new.writestr(name, content)
    with pytest.raises(TemplateRefused, match="以外的内容"):
        try_out(buffer.getvalue())
    with pytest.raises(TemplateRefused, match="无法作为 Word"):
        try_out(b"PK not really")


@pytest.mark.django_db
def test_the_offices_own_template_replaces_the_shipped_and_goes_back(cast: Any) -> None:
    kind = Notice.Kind.RECTIFY
    for number in (1, 2):
        letters.replace_template(kind=kind, upload=docx(f"第{number}版 {{{{ 文号 }}}}"), actor=cast.staff)
    assert "第2版" in text_of(letters.template_of(kind))
    assert NoticeTemplate.objects.filter(state="replaced").count() == 1
    with pytest.raises(TemplateRefused):
        letters.replace_template(kind=kind, upload=docx("{{ 坏 }}"), actor=cast.staff)
    with pytest.raises(ContentRefused):
        letters.replace_template(kind=kind, upload=ContentFile(b"text", name="t.docx"), actor=cast.staff)
    assert "第2版" in text_of(letters.template_of(kind))
    assert letters.restore_shipped(kind=kind, actor=cast.staff)
    assert not letters.restore_shipped(kind=kind, actor=cast.staff)
    assert letters.template_of(kind) == shipped_letter(kind)
    assert NoticeTemplate.objects.filter(state="replaced").count() == 2


@pytest.mark.django_db
def test_a_preview_is_made_once_and_says_why_it_was_not(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(previews, "office_program", lambda: "/usr/bin/soffice")
    notice = make_notice(cast, upto="approve")
    first = previews.ask_preview(notice=notice, now=NOW)
    assert previews.ask_preview(notice=notice, now=NOW).pk == first.pk

    def broken(name: str, _data: bytes) -> bytes:
        from plumbline.kernel.errors import UnreadableFile

        raise UnreadableFile("打不开", where=name)

    monkeypatch.setattr(previews, "convert_to_pdf", broken)
    previews.run_preview(preview_id=first.pk, now=NOW)
    first.refresh_from_db()
    assert first.state == NoticePreview.State.FAILED and "打不开" in first.problem
    assert previews.ask_preview(notice=notice, now=NOW).state == NoticePreview.State.WAITING
    monkeypatch.setattr(previews, "convert_to_pdf", lambda _name, _data: b"%PDF-1.7")
    previews.run_preview(preview_id=first.pk, now=NOW)
    first.refresh_from_db()
    assert first.state == NoticePreview.State.DONE and first.file.name.endswith(".pdf")


@pytest.mark.django_db
@pytest.mark.skipif(office_program() is None, reason="no LibreOffice on this machine")
def test_libreoffice_draws_the_final_document(cast: Any) -> None:
    notice = make_notice(cast, upto="approve")
    preview = previews.ask_preview(notice=notice, now=NOW)
    previews.run_preview(preview_id=preview.pk, now=NOW)
    preview.refresh_from_db()
    assert preview.problem == ""
    assert preview.file.size > 1000
