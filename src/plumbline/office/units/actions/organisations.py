"""What is done to organisations."""

from django.utils.translation import gettext_lazy as _

from plumbline.office.audit.actions import add

add("units.create", _("登记单位"))
add("units.edit", _("修改单位"))
