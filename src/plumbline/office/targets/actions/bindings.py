"""The acts on how indicators get their values."""

from django.utils.translation import gettext_lazy as _

from plumbline.office.audit.actions import add
from plumbline.office.audit.details import add as detail

add("bindings.confirm", _("确认指标取值方式"))
add("bindings.change", _("更改指标取值方式"))
add("bindings.undo", _("撤销指标取值方式"))
add("evidence.verify", _("验证取值佐证"))
detail("binding", _("取值方式"))
detail("problems", _("问题数"))
