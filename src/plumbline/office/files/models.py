"""A file that somebody uploaded."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class StoredFile(models.Model):
    """One upload: its name and sender, and the SM3 digest under which the content is kept.

    Two uploads with the same content are two rows and one file on disk. Who may download it is decided
    by the view of the thing that it is attached to.
    """

    digest = models.CharField(_("SM3 摘要"), max_length=64, db_index=True)
    name = models.CharField(_("文件名"), max_length=255)
    size = models.PositiveBigIntegerField(_("大小（字节）"))
    media_type = models.CharField(_("类型"), max_length=128)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("上传人"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    uploaded_at = models.DateTimeField(_("上传时间"), default=timezone.now)

    class Meta:
        verbose_name = _("文件")
        verbose_name_plural = _("文件")
        ordering = ["-uploaded_at", "-pk"]

    def __str__(self) -> str:
        return self.name
