"""The document of a notice: which template it is drawn from, and with which words."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from plumbline.office.accounts.models import User
from plumbline.office.audit.services import changes, record, snapshot
from plumbline.office.files.models import StoredFile
from plumbline.office.files.services import open_file, store
from plumbline.office.findings.letters.drawing import LARGEST, draw, try_out
from plumbline.office.findings.letters.placeholders import ITEMS, PARAGRAPHS
from plumbline.office.findings.letters.shipped import shipped_letter
from plumbline.office.findings.models import Finding, Letterhead, Notice, NoticeTemplate
from plumbline.office.lib.dates import day_text
from plumbline.office.lib.revisions import demand_current

LETTERHEAD = 1
_DAY = "成文日期"
_HEAD = ("发文机关", "联系方式")
_DOCX = frozenset({"docx"})


def letterhead() -> Letterhead:
    """Who issues; one row that is there from the first asking."""
    return Letterhead.objects.get_or_create(pk=LETTERHEAD)[0]


@transaction.atomic
def change_letterhead(*, issuer: str, contact: str, actor: User, revision: int | None = None) -> Letterhead:
    """Change who issues; a change of nothing is not recorded.

    Raises:
        Outdated: somebody else changed it since `revision`.
    """
    row = Letterhead.objects.select_for_update().get(pk=letterhead().pk)
    demand_current(row, revision=revision)
    before = snapshot(row, "issuer", "contact")
    row.issuer, row.contact = issuer.strip(), contact.strip()
    changed = changes(before, snapshot(row, "issuer", "contact"))
    if changed:
        row.revision += 1
        row.save()
        record(actor=actor, action="notices.letterhead", target=row, detail=changed)
    return row


def template_of(kind: str) -> bytes:
    """The office's own template of a kind; the shipped one where there is none.

    Raises:
        FileMissing: the office's own is gone from the disk, or was changed there.
    """
    own = NoticeTemplate.objects.filter(kind=kind, state=NoticeTemplate.State.CURRENT).first()
    if own is None:
        return shipped_letter(kind)
    with open_file(own.file) as content:
        return content.read()


@transaction.atomic
def replace_template(*, kind: Notice.Kind, upload: ContentFile, actor: User) -> NoticeTemplate:
    """Put the office's own template in place of the current one, which is kept.

    Raises:
        ContentRefused: too large, damaged, with macros, not a .docx.
        TemplateRefused: it uses an unknown word, or a way of writing that is not allowed.
    """
    kept = store(upload, user=actor, allowed=_DOCX, limit=LARGEST)
    with open_file(kept) as content:
        try_out(content.read())
    _retire(kind)
    own = NoticeTemplate.objects.create(kind=kind, file=kept, uploaded_by=actor)
    _record(own, action="notices.template", kind=kind, actor=actor)
    return own


@transaction.atomic
def restore_shipped(*, kind: Notice.Kind, actor: User) -> bool:
    """Go back to the shipped template; the office's own is kept. False where it was the shipped one."""
    own = _retire(kind)
    if own is None:
        return False
    _record(own, action="notices.template_restore", kind=kind, actor=actor)
    return True


def _retire(kind: Notice.Kind) -> NoticeTemplate | None:
    current = (
        NoticeTemplate.objects.select_for_update()
        .filter(kind=kind, state=NoticeTemplate.State.CURRENT)
        .first()
    )
    if current is not None:
        current.state = NoticeTemplate.State.REPLACED
        current.save(update_fields=["state"])
    return current


def _record(own: NoticeTemplate, *, action: str, kind: Notice.Kind, actor: User) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        title = str(kind.label)
    detail = {"notice_kind": title, "file": own.file.name, "sm3": own.file.digest}
    record(actor=actor, action=action, target=own, detail=detail)


def words_of(notice: Notice, *, now: datetime) -> dict[str, object]:
    """What stands for each placeholder: as it was approved, else as it is now. In Chinese, whoever looks."""
    if notice.words:
        return dict(notice.words)
    with translation.override(settings.LANGUAGE_CODE):
        head = letterhead()
        items = [
            _item(number, item.finding, notice)
            for number, item in enumerate(
                notice.items.select_related("finding__system", "finding__asset"), start=1
            )
        ]
        return {
            "发文机关": head.issuer or own_name(notice.drafted_by),
            "文种": notice.get_kind_display(),
            "文号": notice.number or "（文号待定）",
            "标题": notice.title,
            "主送单位": notice.unit.name,
            "正文": notice.body.strip(),
            PARAGRAPHS: [part.strip() for part in notice.body.splitlines() if part.strip()],
            ITEMS: items,
            "问题数": str(len(items)),
            "整改期限": day_text(notice.due_on) if notice.due_on else "",
            _DAY: day_text(timezone.localdate(notice.approved_at or now)),
            "联系方式": head.contact,
            "前次文号": earlier_number(notice),
        }


def own_name(drafter: User) -> str:
    """Name of the drafter's unit, where nobody filled the issuer in."""
    own = drafter.memberships.select_related("unit").first()
    return own.unit.name if own else ""


def earlier_number(notice: Notice) -> str:
    """For a second notice, the number of the latest one before that named one of its findings."""
    if notice.kind != Notice.Kind.SECOND:
        return ""
    before = (
        Notice.objects.filter(
            items__finding__in=notice.items.values("finding"),
            state__in=("sent", "received"),
            unit=notice.unit,
        )
        .exclude(pk=notice.pk)
        .order_by("-approved_at")
        .first()
    )
    return before.number if before else ""


def _item(number: int, finding: Finding, notice: Notice) -> dict[str, str]:
    # the words of a finding as they are now: the document is frozen when it is approved
    place = [str(one) for one in (finding.system, finding.asset, finding.place or None) if one]
    return {
        "序号": str(number),
        "编号": finding.number,
        "名称": finding.title,
        "严重程度": finding.get_severity_display(),
        "位置": "；".join(dict.fromkeys(place)),
        "描述": finding.detail.strip(),
        "依据": finding.basis.strip(),
        "建议": finding.advice.strip() or "请查明原因并消除隐患。",
        "期限": day_text(notice.due_on) if notice.due_on else "",
    }


def document_of(notice: Notice, *, now: datetime) -> bytes:
    """The notice as .docx: the frozen one where it was approved, else drawn now.

    Raises:
        FileMissing: the frozen one is gone.
        TemplateRefused: the office's template cannot be drawn.
    """
    if notice.file is not None:
        with open_file(notice.file) as content:
            return content.read()
    return draw(template_of(notice.kind), words_of(notice, now=now))


def freeze(notice: Notice, *, actor: User, now: datetime) -> StoredFile:
    """Draw the document for good and keep it, with the words that it was drawn from.

    Raises:
        TemplateRefused: the office's template cannot be drawn.
    """
    notice.words = words_of(notice, now=now)
    content = draw(template_of(notice.kind), notice.words)
    upload = ContentFile(content, name=f"{notice.number} {notice.unit.name}.docx")
    return store(upload, user=actor, allowed=_DOCX)


def fingerprint(notice: Notice, *, now: datetime) -> str:
    """The same for two who see the same document, the day left out.

    Returns:
        SM3 of the template, of who issues it, of the findings, and of all other words, with "-" between.
    """
    words = {name: value for name, value in words_of(notice, now=now).items() if name != _DAY}
    head = {name: words.pop(name) for name in _HEAD}
    parts = [template_of(notice.kind), *(_bytes(one) for one in (head, words.pop(ITEMS), words))]
    return "-".join(hashlib.new("sm3", part).hexdigest() for part in parts)


def changes_since(seen: str, notice: Notice, *, now: datetime) -> list[str]:
    """What of the document is not as it was when `seen` was taken; all of it where that is none."""
    names = [_("模板"), _("发文机关或联系方式"), _("所列问题"), _("正文或期限")]
    is_now = fingerprint(notice, now=now).split("-")
    then = seen.split("-")
    then = then if len(then) == len(is_now) else [""] * len(is_now)
    return [name for name, old, new in zip(names, then, is_now, strict=True) if old != new]


def _bytes(words: object) -> bytes:
    return json.dumps(words, ensure_ascii=False, sort_keys=True).encode()


def file_title(notice: Notice) -> str:
    """Name of the drawn draft when it is downloaded."""
    return _("%(title)s（草稿）%(unit)s.docx") % {"title": notice.title, "unit": notice.unit}
