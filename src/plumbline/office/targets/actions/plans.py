"""The acts on plans that are recorded."""

from django.utils.translation import gettext_lazy as _

from plumbline.office.audit.actions import add

add("plans.import_start", _("上传绩效目标文件"))
add("plans.import_again", _("重新开始导入"))
add("plans.import_cancel", _("取消导入"))
add("plans.import", _("导入绩效目标"))
add("plans.unit_create", _("导入时登记单位"))
add("plans.mend", _("更正绩效目标"))
add("plans.undo", _("撤销更正"))
add("plans.accept", _("说明后接受校核问题"))
add("plans.reopen", _("重新打开校核问题"))
add("plans.reading_propose", _("提出指标值的可衡量解释"))
add("plans.reading_approve", _("批准指标值的可衡量解释"))
add("plans.reading_withdraw", _("撤回指标值的可衡量解释"))
add("plans.approve", _("批准绩效目标"))
add("plans.adjust", _("建立调整稿"))
add("plans.discard", _("作废核对稿"))
add("plans.checkpoints", _("调整监控节点"))
