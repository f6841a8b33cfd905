"""A file that was uploaded with a form that must be sent again: it is kept, and found by a signed token."""

from __future__ import annotations

from django.core import signing
from django.utils.translation import gettext as _

from plumbline.kernel.errors import PlumblineError
from plumbline.office.accounts.models import User
from plumbline.office.files.models import StoredFile

SALT = "plumbline.targets.kept"
#: A form that lay open longer than this is to be filled in anew.
SECONDS = 12 * 60 * 60


def token_of(stored: StoredFile, *, user: User) -> str:
    """What the form carries in a hidden field; good only for the same person."""
    return signing.dumps([stored.pk, user.pk], salt=SALT)


def kept_file(token: str, *, user: User) -> StoredFile | None:
    """The file of a token; None for an empty one.

    Raises:
        PlumblineError: the token was altered, is too old, or belongs to somebody else.
    """
    if not token:
        return None
    try:
        file_id, user_id = signing.loads(token, salt=SALT, max_age=SECONDS)
    except signing.BadSignature as error:
        raise PlumblineError(_("上传的文件已失效。"), advice=_("请重新选择文件。")) from error
    if user_id != user.pk:
        raise PlumblineError(_("上传的文件不属于您。"), advice=_("请重新选择文件。"))
    return StoredFile.objects.get(pk=file_id)
