"""What is done to organisations."""

from django.utils.translation import gettext_lazy as _

from plumbline.office.audit import details
from plumbline.office.audit.actions import add

add("units.create", _("登记单位"))
add("units.edit", _("修改单位"))
add("units.figures", _("填报单位情况"))
add("units.renamed", _("单位更名"))
add("units.moved", _("变更上级单位"))
add("units.closed", _("撤销单位"))
add("units.reopened", _("恢复单位"))
add("units.merged", _("单位并入其他单位"))
add("units.remind", _("提醒补全单位信息"))
add("units.export", _("导出不完整单位"))
details.add("into", _("并入"))
details.add("moved", _("随同转移"))
details.add("change", _("变更"))
details.add("people", _("成员"))
details.add("retired", _("重复而停用的资产"))
details.add("absorbed", _("此前并入的单位"))
details.add("people_of_both", _("原属两单位的成员"))
details.add("contacts", _("责任人员"))
details.add("systems", _("信息系统"))
details.add("assets", _("资产"))
details.add("children", _("下级单位"))
details.add("date", _("日期"))
details.add("due_on", _("期限"))
details.add("missing", _("缺少"))
