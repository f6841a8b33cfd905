"""The acts on forms that are recorded."""

from django.utils.translation import gettext_lazy as _

from plumbline.office.audit import details
from plumbline.office.audit.actions import add

add("reports.export", _("导出表格"))
add("reports.return_upload", _("上传填报表"))
add("reports.return_refuse", _("未受理填报表"))
add("reports.return_apply", _("导入填报表"))
add("reports.return_drop", _("放弃填报表"))

details.add("form", _("表式"))
details.add("format", _("格式"))
details.add("applied", _("导入格数"))
details.add("left_out", _("跳过格数"))
