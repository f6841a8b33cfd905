"""The acts on systems, assets and sheets that are recorded."""

from django.utils.translation import gettext_lazy as _

from plumbline.office.audit import details
from plumbline.office.audit.actions import add

add("units.system_create", _("登记信息系统"))
add("units.system_edit", _("修改信息系统"))
add("units.system_stop", _("停用信息系统"))
add("units.system_resume", _("恢复信息系统"))
add("units.asset_create", _("登记资产"))
add("units.asset_edit", _("修改资产"))
add("units.asset_retire", _("停用资产"))
add("units.asset_restore", _("恢复资产"))
add("units.sheet_check", _("上传名录表格核对"))
add("units.sheet_import", _("导入名录表格"))
add("units.sheet_cancel", _("放弃名录导入"))
add("units.sheet_export", _("导出名录"))

details.add("sheet", _("名录"))
details.add("added", _("新增"))
details.add("changed", _("修改"))
details.add("unchanged", _("不变"))
