"""The acts on measured values and on monitoring that are recorded."""

from django.utils.translation import gettext_lazy as _

from plumbline.office.audit.actions import add

add("values.enter", _("填报实测值"))
add("values.replace", _("更正实测值"))
add("values.withdraw", _("撤回实测值"))
add("values.restore", _("恢复此前的实测值"))
add("monitoring.note", _("填写监控说明"))
add("monitoring.complete", _("确认监控节点已完成"))
