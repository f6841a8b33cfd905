"""A notice as PDF, made in the background by the office program, where the machine has one."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.kernel.errors import PlumblineError
from plumbline.kernel.plans.readers.office import convert_to_pdf, office_program
from plumbline.office.files.services import store
from plumbline.office.findings.models import Notice, NoticePreview
from plumbline.office.findings.services.letters import document_of, template_of, words_of

_S = NoticePreview.State
#: after this the worker that had it is taken for dead, and it is asked for anew
PATIENCE = timedelta(minutes=5)


def can_preview() -> bool:
    """Whether this machine can draw PDF."""
    return office_program() is not None


def content_of(notice: Notice, *, now: datetime) -> str:
    """SM3 over what the document is drawn from; two drafts with the same are the same."""
    digest = hashlib.new("sm3")
    if notice.file is not None:
        digest.update(notice.file.digest.encode())
    else:
        digest.update(template_of(notice.kind))
        digest.update(json.dumps(words_of(notice, now=now), ensure_ascii=False, sort_keys=True).encode())
    return digest.hexdigest()


@transaction.atomic
def ask_preview(*, notice: Notice, now: datetime) -> NoticePreview:
    """The PDF of the notice as it is now: made already, being made, or asked for with this.

    Raises:
        PlumblineError: the machine has no office program.
    """
    if not can_preview():
        raise PlumblineError(
            _("本机没有安装 LibreOffice，不能生成 PDF。"),
            advice=_("请下载 Word 文件查看，或请管理员安装 LibreOffice。"),
        )
    # tasks know this module
    from plumbline.office.findings.notice_tasks import draw_preview

    preview, is_new = NoticePreview.objects.select_for_update().get_or_create(
        notice=notice, content=content_of(notice, now=now), defaults={"asked_at": now}
    )
    given_up = preview.state != _S.DONE and preview.asked_at < now - PATIENCE
    if is_new or given_up or preview.state == _S.FAILED:
        preview.state, preview.problem, preview.asked_at = _S.WAITING, "", now
        preview.save(update_fields=["state", "problem", "asked_at"])
        transaction.on_commit(lambda: draw_preview.enqueue(preview.pk))
    return preview


def run_preview(*, preview_id: int, now: datetime) -> None:
    """Make the PDF; a failure is kept with the preview, and shown."""
    preview = NoticePreview.objects.select_related("notice__unit", "notice__file").get(pk=preview_id)
    if preview.state == _S.DONE:
        return
    NoticePreview.objects.filter(pk=preview_id).update(state=_S.RUNNING)
    notice = preview.notice
    name = f"{notice.number or notice.title} {notice.unit.name}.pdf"
    try:
        content = convert_to_pdf(name, document_of(notice, now=now))
        with transaction.atomic():
            file = store(ContentFile(content, name=name), user=None, allowed=frozenset({"pdf"}))
            NoticePreview.objects.filter(pk=preview_id).update(state=_S.DONE, file=file)
    except PlumblineError as problem:
        NoticePreview.objects.filter(pk=preview_id).update(state=_S.FAILED, problem=str(problem))
