"""The chain of records, and its head."""

from __future__ import annotations

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from plumbline.kernel.errors import PlumblineError

GENESIS = "0" * 64
"""What the first record names as the hash before it."""


class AppendOnly(PlumblineError):
    """Somebody tried to alter or delete a record."""


def _refuse() -> NoReturn:
    raise AppendOnly("操作记录只能追加，不能修改或删除。", advice="如记录有误，请另行登记一条更正。")


class Records(models.QuerySet["Record"]):
    """Reads and appends; refuses the rest before the database does."""

    def update(self, **kwargs: Any) -> int:
        _refuse()

    def delete(self) -> tuple[int, dict[str, int]]:
        _refuse()


class Record(models.Model):
    """One act: who did what to which thing, what it changed, and the hash that ties it to the act before."""

    sequence = models.PositiveBigIntegerField(_("序号"), primary_key=True)
    at = models.DateTimeField(_("时间"), db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("操作人"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    actor_name = models.CharField(_("操作人姓名"), max_length=130)
    action = models.CharField(_("操作"), max_length=64, db_index=True)
    object_type = models.CharField(_("对象类型"), max_length=64, blank=True)
    object_id = models.CharField(_("对象编号"), max_length=64, blank=True)
    object_label = models.CharField(_("对象"), max_length=255, blank=True)
    detail = models.JSONField(_("变更内容"), default=dict)
    previous = models.CharField(_("上一条摘要"), max_length=64)
    digest = models.CharField(_("摘要"), max_length=64)

    objects = Records.as_manager()

    class Meta:
        verbose_name = _("操作记录")
        verbose_name_plural = _("操作记录")
        ordering = ["-sequence"]
        indexes = [models.Index(fields=["object_type", "object_id"], name="audit_record_object")]

    def __str__(self) -> str:
        return f"#{self.sequence} {self.action}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; a record that is there already is never saved again."""
        if not self._state.adding:
            _refuse()
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse."""
        _refuse()


class Head(models.Model):
    """The last record's number and hash: one row, locked by whoever appends, so that nobody forks the chain.

    It also makes a cut-off end visible: records that were deleted at the tail are missing against it.
    """

    sequence = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, default=GENESIS)

    class Meta:
        verbose_name = _("链头")
        verbose_name_plural = _("链头")

    def __str__(self) -> str:
        return f"#{self.sequence}"
