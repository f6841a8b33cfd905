"""Findings in the state that a test needs, brought there by the acts that lead there."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
from django.utils import timezone

NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
"""A Monday, ten in the morning here."""


@pytest.fixture
def photo() -> Any:
    """`photo("名称.png")`: an upload that is fit to be evidence."""
    import io

    from django.core.files.uploadedfile import SimpleUploadedFile
    from PIL import Image

    def make(name: str = "整改后.png") -> SimpleUploadedFile:
        buffer = io.BytesIO()
        Image.new("RGB", (8, 8), "white").save(buffer, "PNG")
        return SimpleUploadedFile(name, buffer.getvalue(), "image/png")

    return make


@pytest.fixture
def finding_in(cast: Any) -> Any:
    """`finding_in("replied", unit=…)`: a finding that went the way to that state."""
    from plumbline.office.findings.models import Finding
    from plumbline.office.findings.services import accepting, correcting, notifying, rectifying
    from plumbline.office.findings.services.raising import Raised, raise_finding

    numbers = count(1)

    def make(state: str, *, unit: Any = None, severity: str = "high", now: datetime = NOW, **fields: Any):
        raised = Raised(
            unit=unit or cast.school, severity=severity,
            **{"title": f"后台口令过于简单 {next(numbers)}"} | fields,
        )  # fmt: skip
        done = {"actor": cast.staff, "now": now}
        finding = raise_finding(raised, **done)
        if state == "new":
            return finding
        if state == "dismissed":
            correcting.dismiss(finding=finding, reason="误报", **done)
            return finding
        correcting.confirm(finding=finding, **done)
        if state == "confirmed":
            return finding
        notifying.assign(finding=finding, due_on=None, **done)
        if state == "accepted":
            from datetime import timedelta

            asked = accepting.ask_acceptance(
                finding=finding, reason="年底更换系统", safeguards="限制访问",
                expires_on=(now + timedelta(days=30)).date(), **done,
            )  # fmt: skip
            accepting.decide_acceptance(
                acceptance=asked, approved=True, decision="", actor=cast.leader, now=now
            )
            return Finding.objects.get(pk=finding.pk)
        if state == "notified":
            return finding
        rectifying.reply(finding=finding, note="已更换口令", without_files="无法截图", **done)
        if state == "returned":
            rectifying.return_recheck(
                finding=finding, note="仍可登录", due_on=timezone.localdate(now), **done
            )
        if state == "closed":
            rectifying.pass_recheck(finding=finding, note="已复测", **done)
        return finding

    return make
