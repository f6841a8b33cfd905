"""Templates that are made to do harm: swollen, damaged, or leading out of the file."""

from __future__ import annotations

import io
import zipfile

import pytest

from plumbline.office.findings.letters.drawing import try_out
from plumbline.office.findings.letters.sandbox import TemplateRefused
from tests.office.findings.notice_factories import docx

RELS = "word/_rels/document.xml.rels"
NAMESPACE = "http://schemas.openxmlformats.org/package/2006/relationships"
HYPERLINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"


def with_part(name: str, change: object) -> bytes:
    """A sound template with one part changed."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(docx("{{ 文号 }}").read())) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for one in old.namelist():
            content = old.read(one)
            new.writestr(one, change(content) if one == name else content)  # type: ignore[operator]
    return buffer.getvalue()


def with_relationship(entry: str) -> bytes:
    return with_part(
        RELS, lambda content: content.replace(b"</Relationships>", f"{entry}</Relationships>".encode())
    )


@pytest.mark.parametrize(
    "text",
    [
        "{% for a in 问题清单 %}{% for b in 问题清单 %}x{% endfor %}{% endfor %}",
        "{% for a in 问题清单 %}" + "长" * 100_001 + "{% endfor %}",
        "{% for a in 问题清单 %}" + "{{ a.名称 }}" * 600 + "{% endfor %}",
        ("{% for a in 问题清单 %}" + "长" * 30_000 + "{% endfor %}") * 4,
        "{% for a in 问题清单 %}{{ 正文 }}{% endfor %}",
    ],
)
def test_a_template_that_would_swell_is_refused(text: str) -> None:
    with pytest.raises(TemplateRefused, match="for 循环"):
        try_out(docx(text).read())


@pytest.mark.parametrize(
    "entry",
    [
        f'<r:Relationship xmlns:r="{NAMESPACE}" Id="x9" Type="http://x/t" Target="http://x"'
        ' TargetMode="External"/>',
        '<Relationship\nId="x9" Type="http://x/t" Target="a" TargetMode = "External"/>',
        '<Relationship\tId="x9" Type="http://x/t" Target="a" TargetMode="&#69;xternal"/>',
        '<Relationship Id="x9" Type="http://x/t" Target="a" targetmode=" EXTERNAL "/>',
        '<Relationship Id="x9" Type="http://x/t" Target="file:///c:/a.dotm"/>',
        '<Relationship Id="x9" Type="http://x/t" Target="\\\\host\\share"/>',
        f'<Relationship Id="x9" Type="http://x/t" Target="http://x" TargetMode="External" x="{HYPERLINK}"/>',
    ],
)
def test_a_relationship_that_leads_out_is_refused_however_it_is_spelled(entry: str) -> None:
    with pytest.raises(TemplateRefused, match="以外的内容"):
        try_out(with_relationship(entry))


def test_a_link_to_click_is_allowed() -> None:
    link = f'<Relationship Id="x9" Type="{HYPERLINK}" Target="http://example.cn" TargetMode="External"/>'
    assert try_out(with_relationship(link))


def test_entities_in_relationships_are_refused() -> None:
    def declare(content: bytes) -> bytes:
        head, rest = content.split(b"<Relationships", 1)
        return head + b'<!DOCTYPE r [<!ENTITY e "External">]><Relationships' + rest

    with pytest.raises(TemplateRefused, match="以外的内容"):
        try_out(with_part(RELS, declare))


def corrupted() -> bytes:
    """A package whose compressed bytes are damaged: its directory is sound."""
    content = bytearray(with_part(RELS, lambda part: part))
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        start = archive.getinfo(RELS).header_offset + 30 + len(RELS)
    content[start : start + 8] = b"\xff" * 8
    return bytes(content)


@pytest.mark.parametrize(
    "template",
    [
        pytest.param(corrupted(), id="zlib"),
        pytest.param(with_part(RELS, lambda _part: b"<Relationships"), id="rels"),
        pytest.param(with_part("word/document.xml", lambda _part: b"<a>"), id="document"),
        pytest.param(
            with_part(
                "word/document.xml",
                lambda part: part.replace(b"<w:body>", b"<w:b>").replace(b"</w:body>", b"</w:b>"),
            ),
            id="no body",
        ),
        pytest.param(
            with_part("word/document.xml", lambda _part: b"<a>" * 90_000 + b"</a>" * 90_000), id="deep"
        ),
        pytest.param(docx("{{ 文号 }}").read()[:-40], id="short"),
        pytest.param(b"PK", id="no zip"),
    ],
)
def test_a_damaged_template_is_one_clear_sentence(template: bytes) -> None:
    with pytest.raises(TemplateRefused, match="无法作为 Word 文档打开"):
        try_out(template)
