"""Findings and notices at any step, made with the services that people use."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from plumbline.office.findings.models import Finding, Notice
from plumbline.office.findings.services import notices
from plumbline.office.findings.services.drafting import draft_notices
from plumbline.office.findings.services.letters import fingerprint
from plumbline.office.findings.services.raising import Raised, raise_finding

#: a Monday at noon in the office; the holidays of its year are known
NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
PDF = b"%PDF-1.4\n%%EOF\n"
#: the steps of a notice, in their order
WAY = ("submit", "approve", "seal", "send", "receive")


def make_finding(
    cast: Any, *, unit: Any = None, severity: str = "high", now: datetime = NOW, **more: Any
) -> Finding:
    """A confirmed finding of the school, or of another unit."""
    raised = Raised(
        unit=unit or cast.school,
        title=more.pop("title", "管理后台可从互联网直接访问"),
        severity=severity,
        place=more.pop("place", "https://jw.example.cn/admin"),
        advice=more.pop("advice", "仅允许从内网访问管理后台。"),
        **more,
    )
    return raise_finding(raised, actor=cast.staff, now=now, confirmed=True)


def make_notice(cast: Any, *, upto: str = "draft", now: datetime = NOW, **more: Any) -> Notice:
    """A notice about one finding, taken along its way up to and including a step."""
    findings = more.pop("findings", None) or [make_finding(cast, unit=more.pop("unit", None), now=now)]
    notice = draft_notices(
        findings=findings, kind=more.pop("kind", "rectify"), actor=cast.staff, now=now
    ).notices[0]
    for step in WAY[: WAY.index(upto) + 1] if upto != "draft" else ():
        take(cast, notice, step, now=now)
    return notice


def take(cast: Any, notice: Notice, step: str, *, now: datetime = NOW) -> None:
    """One step, by whoever does it."""
    later = now + timedelta(minutes=1 + WAY.index(step))
    day = timezone.localdate(later)
    if step == "submit":
        notices.submit(notice=notice, actor=cast.staff, now=later)
    elif step == "approve":
        approve(cast, notice, now=later)
    elif step == "seal":
        notices.seal(notice=notice, scan=None, sealer="李强", on=day, actor=cast.staff, now=later)
    elif step == "send":
        notices.send(notice=notice, how=Notice.Sending.PORTAL, on=day, actor=cast.staff, now=later)
    else:
        notices.receive(notice=notice, actor=cast.liaison, now=later)


def approve(cast: Any, notice: Notice, *, now: datetime = NOW, actor: Any = None) -> Notice:
    """Approve what it looks like now."""
    seen = fingerprint(notice, now=now)
    return notices.approve(notice=notice, actor=actor or cast.leader, now=now, seen=seen)


def docx(*paragraphs: str) -> ContentFile:
    """A Word file with these paragraphs."""
    from docx import Document

    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    buffer = io.BytesIO()
    document.save(buffer)
    return ContentFile(buffer.getvalue(), name="模板.docx")
