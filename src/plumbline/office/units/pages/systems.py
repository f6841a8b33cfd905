"""Systems, assets and sheets in the navigation, in a unit's tabs, and among a person's tasks."""

from django.utils.translation import gettext_lazy as _

from plumbline.office.lib.agenda import SOURCES
from plumbline.office.lib.navigation import Entry, add
from plumbline.office.units import tabs
from plumbline.office.units.queries.assessments import assessment_tasks

add(
    Entry("units", "units:systems", _("信息系统"), icon="devices", capability="units.view", order=30,
          inside=("units:system",))
)  # fmt: skip
add(
    Entry("units", "units:assessments", _("测评到期"), icon="calendar-due", capability="units.view", order=35)
)
add(
    Entry("units", "units:assets", _("资产"), icon="world", capability="units.view", order=40,
          inside=("units:asset", "units:asset_"))
)  # fmt: skip
add(
    Entry("units", "units:sheets", _("导入导出"), icon="file-spreadsheet", capability="register.edit",
          order=80, inside=("units:sheet",))
)  # fmt: skip
tabs.add(tabs.Tab("systems", _("信息系统"), "units:unit_systems", order=30))
tabs.add(tabs.Tab("assets", _("资产"), "units:unit_assets", order=40))
SOURCES.add("units.assessments", assessment_tasks)
