"""The room as Django knows it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UnitsConfig(AppConfig):
    name = "plumbline.office.units"
    label = "units"
    verbose_name = _("单位")
    default_auto_field = "django.db.models.BigAutoField"
