"""What is done to the words of the lists."""

from django.utils.translation import gettext_lazy as _

from plumbline.office.audit import details
from plumbline.office.audit.actions import add

add("categories.add", _("添加分类"))
add("categories.rename", _("修改分类名称"))
add("categories.retire", _("停用分类"))
add("categories.restore", _("恢复分类"))
add("categories.shift", _("调整分类顺序"))
details.add("order", _("顺序"))
