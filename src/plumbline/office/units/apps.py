"""The room as Django knows it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from plumbline.office.lib import navigation


class UnitsConfig(AppConfig):
    name = "plumbline.office.units"
    label = "units"
    verbose_name = _("单位")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from plumbline.office.audit import actions

        actions.add("units.create", _("登记单位"))
        actions.add("units.edit", _("修改单位"))
        actions.add("people.create", _("创建账号"))
        actions.add("people.edit", _("修改账号"))
        actions.add("people.password_reset", _("重置密码"))
        actions.add("people.factor_reset", _("重置两步验证"))
        actions.add("people.deactivate", _("停用账号"))
        actions.add("people.activate", _("恢复账号"))
        navigation.add(
            navigation.Entry(
                "system",
                "units:list",
                pgettext_lazy("list", "单位"),
                icon="building",
                capability="units.view",
                order=10,
                inside=("units:create", "units:edit"),
            )
        )
        navigation.add(
            navigation.Entry(
                "system",
                "units:people",
                _("人员"),
                icon="users",
                capability="users.manage",
                order=20,
                inside=("units:person",),
            )
        )
