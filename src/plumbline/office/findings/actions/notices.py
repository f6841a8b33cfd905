"""The acts on notices that are recorded."""

from django.utils.translation import gettext_lazy as _

from plumbline.office.audit.actions import add
from plumbline.office.audit.details import DETAILS
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

for _key, _title in {
    "following": _("下一个顺序号"),
    "pattern": _("编号规则"),
    "issuer": _("发文机关"),
    "contact": _("联系方式"),
    "kind": _("文种"),
    "notice_number": _("文号"),
    "body": _("正文"),
    "items": _("问题"),
    "how": _("方式"),
    "person": _("人员"),
}.items():
    if _key not in DETAILS:
        name_detail(_key, _title)
