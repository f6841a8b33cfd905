"""The acts on reports of scanners and on inspection reports that are recorded."""

from django.utils.translation import gettext_lazy as _

from plumbline.office.audit import details
from plumbline.office.audit.actions import add

add("scans.upload", _("上传扫描报告"))
add("scans.columns", _("指定扫描表格的列"))
add("scans.import", _("导入扫描报告"))
add("scans.again", _("重新处理扫描报告"))
add("scans.cancel", _("放弃导入扫描报告"))
add("scans.withdraw", _("撤销扫描导入"))
add("scans.mapping_delete", _("删除列对应关系"))
add("inspections.report", _("生成检查报告"))
add("inspections.report_delete", _("删除检查报告"))

details.add("scan_tool", _("扫描工具"))
details.add("scan_closed", _("已消除"))
details.add("scan_unmatched", _("未匹配资产的结果"))
details.add("scan_dismissed", _("认定不成立的问题"))
details.add("scan_restored", _("恢复的问题"))
details.add("report_year", _("年度"))
details.add("report_kind", _("文种"))
details.add("report_as_of", _("统计截止"))
