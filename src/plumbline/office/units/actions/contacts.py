"""What is done to the people whom units name as responsible."""

from django.utils.translation import gettext_lazy as _

from plumbline.office.audit.actions import add

add("contacts.appoint", _("登记责任人员"))
add("contacts.correct", _("更正责任人员"))
add("contacts.dismiss", _("责任人员离任"))
add("contacts.reveal", _("查看联系方式"))
