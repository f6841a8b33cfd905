"""The acts on the ledger that are recorded."""

from django.utils.translation import gettext_lazy as _

from plumbline.office.audit.actions import add

add("ledger.post", _("登记支付"))
add("ledger.pend", _("登记超预算支付，待批准"))
add("ledger.override", _("批准超预算支付"))
add("ledger.refuse", _("退回超预算支付"))
add("ledger.void", _("作废支付"))
add("ledger.restore", _("恢复已作废的支付"))
add("ledger.replace", _("更正支付"))
add("ledger.import", _("导入支付"))
add("ledger.export", _("导出支付台账"))
