"""The room as Django knows it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from plumbline.office.lib import navigation


class ReportsConfig(AppConfig):
    name = "plumbline.office.reports"
    label = "reports"
    verbose_name = _("报表")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the room's acts and its page."""
        from plumbline.office.reports import actions  # noqa: F401

        navigation.add(
            navigation.Entry(
                section="reports",
                url_name="reports:index",
                title=_("表格导出"),
                icon="report",
                capability="reports.view",
                inside=("reports:",),
            )
        )
