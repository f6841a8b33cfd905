"""Values are taken by themselves once the day of their checkpoint is over."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from plumbline.office.lib.chores import add
from plumbline.office.targets.services.freezing import freeze_due

add("targets.freeze_values", _("监控节点到期自动取值"), every=timedelta(minutes=30), run=freeze_due)
