"""The room of the plans, their year and its evaluation."""

import pkgutil
from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TargetsConfig(AppConfig):
    name = "plumbline.office.targets"
    verbose_name = _("绩效")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the room's acts, kinds of evidence, metrics, pages and chores."""
        for package in ("actions", "evidence", "metrics", "pages", "chores"):
            folder = import_module(f"{self.name}.{package}")
            for module in pkgutil.iter_modules(folder.__path__):
                import_module(f"{folder.__name__}.{module.name}")
