"""The acts on notices that are recorded."""

from django.utils.translation import gettext_lazy as _

from plumbline.office.audit.actions import add
from plumbline.office.audit.details import add as name_detail

add("notices.draft", _("起草通知书"))
add("notices.edit", _("修改通知书"))
add("notices.submit", _("通知书送审"))
add("notices.recall", _("撤回送审的通知书"))
add("notices.return", _("退回通知书"))
add("notices.approve", _("批准通知书"))
add("notices.seal", _("登记通知书用印"))
add("notices.send", _("送达通知书"))
add("notices.receive", _("签收通知书"))
add("notices.withdraw", _("作废通知书"))
add("notices.remind", _("催签通知书"))
add("notices.numbering", _("修改文号规则"))
add("notices.letterhead", _("修改发文机关"))
add("notices.template", _("更换文书模板"))
add("notices.template_restore", _("恢复随附文书模板"))
add("notices.export", _("导出通知书清单"))

# a room above may name the same thing in its own way, so these are this room's own keys
name_detail("notice_following", _("下一个顺序号"))
name_detail("notice_kind", _("文种"))
name_detail("notice_number", _("文号"))
name_detail("notice_items", _("问题"))
name_detail("notice_how", _("方式"))
name_detail("notice_person", _("人员"))
