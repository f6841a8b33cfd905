"""That a unit was asked to complete its entry in the register."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from plumbline.office.units.models.organisations import Unit


class Reminder(models.Model):
    """One request to complete an entry.

    It stands as long as one of the things that it named is still missing.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="reminders")
    #: keys of `units/data/completeness.toml` that were missing when it was written
    missing = models.JSONField(default=list)
    due_on = models.DateField(_("请于此日前补全"))
    note = models.CharField(_("附言"), max_length=200, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()

    class Meta:
        verbose_name = _("补全提醒")
        ordering = ["-asked_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.unit} {self.due_on}"
