from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TargetsConfig(AppConfig):
    name = "plumbline.office.targets"
    verbose_name = _("绩效")
    default_auto_field = "django.db.models.BigAutoField"
