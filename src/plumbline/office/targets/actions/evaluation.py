"""The acts on self-evaluations that are recorded."""

from django.utils.translation import gettext_lazy as _

from plumbline.office.audit.actions import add

add("evaluation.start", _("开始绩效自评"))
add("evaluation.settings", _("更改自评的评分规则或时点"))
add("evaluation.save", _("填写绩效自评"))
add("evaluation.rebase", _("自评改用现行目标版本"))
add("evaluation.override_propose", _("提出调整得分"))
add("evaluation.override_withdraw", _("撤回调整得分"))
add("evaluation.override_approve", _("审定调整得分"))
add("evaluation.override_reject", _("不采纳调整得分"))
add("evaluation.freeze", _("自评定稿"))
add("evaluation.supersede", _("重新自评"))
add("evaluation.discard", _("作废自评稿"))
add("evaluation.replay", _("复算已定稿的自评"))
