"""The acts on how indicators get their values."""

from django.utils.translation import gettext_lazy as _

from plumbline.office.audit.actions import add
from plumbline.office.audit.details import add as detail

add("bindings.confirm", _("确认指标取值方式"))
add("bindings.change", _("更改指标取值方式"))
add("bindings.undo", _("撤销指标取值方式"))
add("values.freeze", _("自动取值"))
add("values.refreeze", _("重新自动取值"))
add("evidence.verify", _("验证取值佐证"))
detail("binding", _("取值方式"))
detail("metric", _("口径"))
detail("expression", _("公式"))
detail("records", _("佐证记录数"))
detail("problems", _("问题数"))
