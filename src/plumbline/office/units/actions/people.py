"""What is done to people who sign in."""

from django.utils.translation import gettext_lazy as _

from plumbline.office.audit.actions import add

add("people.create", _("创建账号"))
add("people.edit", _("修改账号"))
add("people.password_reset", _("重置密码"))
add("people.factor_reset", _("重置两步验证"))
add("people.deactivate", _("停用账号"))
add("people.activate", _("恢复账号"))
