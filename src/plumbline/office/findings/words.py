"""The words of `data/escalation.toml`, marked for the translator; a test keeps them complete."""

from django.utils.translation import gettext_noop as _

#: titles, texts and persons of the steps
STEPS = (
    _("催办提醒"),
    _("电话或书面提醒单位联络员，问明原因和预计完成时间，记下答复人和时间。"),
    _("经办人"),
    _("再次下发限期整改通知书"),
    _("起草再次限期整改通知书，写明逾期天数和新的期限。"),
    _("经办人起草，分管领导批准"),
    _("约谈单位负责人"),
    _("约谈单位网络安全分管负责人，形成约谈记录，由双方签字。"),
    _("分管领导"),
    _("移送或通报上级"),
    _("报告本级党委网信委，通报其主管部门，或移送公安机关等有权机关处理；附历次通知和催办记录。"),
    _("主要领导决定"),
)
