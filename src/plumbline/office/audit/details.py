"""What a record's detail holds, each key with the name that the page shows.

A field of the object that was changed carries its own name; these are the keys beside the fields. A room
registers its own where it registers its acts: `details.add("checkpoint", _("监控节点"))`.
Several rooms may use one key, so it is registered once, on the lowest floor that uses it.
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from plumbline.kernel.registry import Registry

DETAILS: Registry[str | Promise] = Registry("操作内容")


def add(key: str, title: str | Promise) -> None:
    """Name a key of details.

    Raises:
        RegistryError: it has a name already.
    """
    DETAILS.add(key, title)


def title(key: str) -> str:
    """The name of a key; a Chinese key that nobody named is its own name, in the reader's language.

    A dotted key ("total.3.amount_yuan") is called by its last part.
    """
    last = key.rpartition(".")[2]
    return str(DETAILS.get(last)) if last in DETAILS else gettext(key)


add("file", _("文件"))
add("sm3", _("SM3 摘要"))
add("digest", _("SM3 摘要"))
add("size", _("大小（字节）"))
add("reason", _("原因"))
add("count", _("条数"))
add("version", _("版本"))
add("created_at", _("备份时间"))
add("name", _("名称"))
add("code", _("编码"))
add("object", _("对象"))
add("old", _("原值"))
add("new", _("现值"))
