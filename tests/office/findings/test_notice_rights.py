"""Who sees what of a notice, and who may undo it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from plumbline.office.files.services import store
from plumbline.office.findings.models import Notice, NoticePreview
from plumbline.office.findings.services import notices, previews
from plumbline.office.findings.services.notice_steps import StepRefused
from tests.office.findings.notice_factories import NOW, PDF, make_notice

pytestmark = pytest.mark.django_db


def preview(notice: Notice, content: str) -> NoticePreview:
    file = store(ContentFile(PDF, name="a.pdf"), user=None)
    return notice.previews.create(
        content=content, state=NoticePreview.State.DONE, file=file, asked_at=timezone.now()
    )


def test_a_unit_gets_no_pdf_of_an_earlier_draft(cast: Any, signed_in: Any) -> None:
    notice = make_notice(cast, upto="send")
    draft = preview(notice, "0" * 64)
    final = preview(notice, previews.content_of(notice, now=timezone.now()))

    def status(user: Any, name: str, which: NoticePreview) -> int:
        return signed_in(user).get(reverse(f"findings:{name}", args=[notice.pk, which.pk])).status_code

    for name in ("notice_preview_file", "notice_preview_state"):
        assert status(cast.liaison, name, draft) == 404
        assert status(cast.liaison, name, final) == 200
        assert status(cast.staff, name, draft) == 200


@pytest.mark.parametrize("upto", ["approve", "seal", "send", "receive"])
def test_what_was_approved_is_undone_by_who_may_approve(cast: Any, upto: str) -> None:
    notice = make_notice(cast, upto=upto)
    with pytest.raises(StepRefused, match="有批准权限的人"):
        notices.withdraw(notice=notice, reason="有误", actor=cast.staff, now=NOW)
    notices.withdraw(notice=notice, reason="有误", actor=cast.leader, now=NOW)
    assert notice.state == Notice.State.WITHDRAWN


def test_a_draft_is_undone_by_who_writes(cast: Any) -> None:
    notice = make_notice(cast, upto="submit")
    with pytest.raises(StepRefused):
        notices.withdraw(notice=notice, reason="有误", actor=cast.leader, now=NOW)
    notices.withdraw(notice=notice, reason="有误", actor=cast.staff, now=NOW)
    assert notice.state == Notice.State.WITHDRAWN


@pytest.mark.parametrize("text", ["9" * 30, "9" * 5000, f"1,{'9' * 19}", "²"])
def test_numbers_beyond_every_key_name_no_finding(cast: Any, signed_in: Any, text: str) -> None:
    url, client = reverse("findings:notice_new"), signed_in(cast.staff)
    assert client.get(url, {"findings": text}).status_code == 200
    assert client.post(url, {"findings": text, "kind": "rectify"}).status_code == 422
