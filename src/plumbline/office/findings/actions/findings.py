"""The acts on findings that are recorded: every transition, and raising."""

from django.utils.translation import gettext_lazy as _

from plumbline.office.audit import details
from plumbline.office.audit.actions import add
from plumbline.office.findings.services.table import TRANSITIONS

for _transition in TRANSITIONS.values():
    add(f"findings.{_transition.key}", _transition.title)
add("findings.raise", _("登记问题"))
add("findings.raise_many", _("批量登记问题"))
add("findings.export", _("导出问题清单"))
details.add("raised", _("新登记"))
details.add("seen_again", _("再次发现"))
details.add("reopened", _("重新打开"))
details.add("finding_source", _("来源"))
details.add("source_name", _("来源名称"))
