"""The acts on checklists that are recorded."""

from django.utils.translation import gettext_lazy as _

from plumbline.office.audit import details
from plumbline.office.audit.actions import add

add("checklists.load", _("装入内置检查表"))
add("checklists.import", _("导入检查表"))
add("checklists.copy", _("以检查表另起草稿"))
add("checklists.edit", _("修改检查表草稿"))
add("checklists.item_add", _("在检查表草稿中增加检查项"))
add("checklists.item_edit", _("修改检查表草稿的检查项"))
add("checklists.item_remove", _("从检查表草稿移除检查项"))
add("checklists.publish", _("启用检查表"))
add("checklists.retire", _("停用检查表"))
add("checklists.restore", _("恢复使用检查表"))
add("checklists.discard", _("删除检查表草稿"))
add("checklists.map", _("确认检查项对应关系"))
add("checklists.export", _("导出检查表"))

details.add("items", _("检查项数"))
details.add("edition", _("版次"))
