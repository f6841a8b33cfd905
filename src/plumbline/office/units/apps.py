"""The room as Django knows it."""

import pkgutil
from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class UnitsConfig(AppConfig):
    name = "plumbline.office.units"
    label = "units"
    verbose_name = _("单位")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the room's acts, pages, tabs, tasks and chores."""
        for package in ("actions", "pages"):
            folder = import_module(f"{self.name}.{package}")
            for module in pkgutil.iter_modules(folder.__path__):
                import_module(f"{folder.__name__}.{module.name}")
        # Django's own way to put rows into tables that were just made or emptied
        from plumbline.office.units.categories import load_shipped

        post_migrate.connect(load_shipped, sender=self, dispatch_uid="units.categories")
