"""Files that come with a step."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.files.base import File
from django.utils.translation import gettext as _

from plumbline.office.accounts.models import User
from plumbline.office.files.kinds import ContentRefused
from plumbline.office.files.models import StoredFile
from plumbline.office.files.services import store

MOST = 20


def keep(uploads: Sequence[File], *, user: User | None) -> list[StoredFile]:
    """Keep the uploads of one step, in the caller's transaction.

    Raises:
        ContentRefused: one of them is not fit to be evidence, or there are more than `MOST`.
    """
    if len(uploads) > MOST:
        raise ContentRefused(
            _("一次最多上传 %(most)d 个文件。") % {"most": MOST}, advice=_("请合并文件，或分几次补充。")
        )
    return [store(upload, user=user) for upload in uploads]
