"""The room as Django knows it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from plumbline.office.lib import navigation


class AuditConfig(AppConfig):
    name = "plumbline.office.audit"
    label = "audit"
    verbose_name = _("操作记录")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from plumbline.office.audit import sign_ins

        sign_ins.connect()
        navigation.add(
            navigation.Entry(
                "system",
                "audit:list",
                _("操作记录"),
                icon="list-check",
                capability="audit.view",
                order=30,
                inside=("audit:",),
            )
        )
