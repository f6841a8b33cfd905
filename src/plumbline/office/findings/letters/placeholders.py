"""The words that a template may hold, and what each stands for.

They are Chinese, because whoever writes a template reads them in Word: {{ 文号 }}. They are names of the
document's own language and are not translated; what explains them is.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: the list that a template walks through: {%tr for 问题 in 问题清单 %}
ITEMS = "问题清单"
PARAGRAPHS = "正文段落"


@dataclass(frozen=True, slots=True)
class Placeholder:
    """One word.

    Attributes:
        name: as the template writes it.
        title: what it stands for.
        example: what the trial with invented data puts there.
    """

    name: str
    title: str | Promise
    example: str


#: of the document as a whole
WORDS: tuple[Placeholder, ...] = (
    Placeholder(
        "发文机关", _("发文机关的名称，在“文书与文号”中填写"), "示例县委网络安全和信息化委员会办公室"
    ),
    Placeholder("文种", _("通报、限期整改通知书等"), "限期整改通知书"),
    Placeholder("文号", _("批准时取得；起草时显示为“文号待定”"), "示网信整改〔2026〕12号"),
    Placeholder("标题", _("通知书的标题"), "关于限期整改网络安全问题的通知"),
    Placeholder("主送单位", _("单位全称"), "示例县第一中学"),
    Placeholder("正文", _("正文全文，分段处换行"), "经检查，你单位存在下列网络安全问题。\n请按期整改。"),
    Placeholder("问题数", _("所列问题的个数"), "2"),
    Placeholder("整改期限", _("2026年3月5日；没有期限时为空"), "2026年3月5日"),
    Placeholder("成文日期", _("批准之日；起草时为当天"), "2026年2月10日"),
    Placeholder("联系方式", _("在“文书与文号”中填写"), "联系人：李强，电话：0000-1234567"),
    Placeholder("前次文号", _("再次通知时，前一份通知书的文号"), "示网信整改〔2026〕5号"),
)
#: of one finding, inside the loop
ITEM_WORDS: tuple[Placeholder, ...] = (
    Placeholder("序号", _("从 1 起"), "1"),
    Placeholder("编号", _("问题编号"), "WT-2026-00012"),
    Placeholder("名称", _("问题"), "管理后台可从互联网直接访问"),
    Placeholder("严重程度", _("严重、高、中、低"), "高"),
    Placeholder("位置", _("系统、资产或地址"), "教务管理系统"),
    Placeholder("描述", _("问题描述"), "后台登录页未限制访问来源。"),
    Placeholder("依据", _("法律法规或标准条款"), "GB/T 22239-2019"),
    Placeholder("建议", _("整改建议"), "仅允许内网访问。"),
    Placeholder("期限", _("该问题的整改期限"), "2026年3月5日"),
)
NAMES = frozenset(word.name for word in WORDS)
ITEM_NAMES = frozenset(word.name for word in ITEM_WORDS)
#: the lists, and what may stand after the dot of each entry; paragraphs are plain texts
LISTS: dict[str, frozenset[str]] = {ITEMS: ITEM_NAMES, PARAGRAPHS: frozenset()}


def trial() -> dict[str, object]:
    """Invented data for trying a template: every word filled, two findings."""
    item = {word.name: word.example for word in ITEM_WORDS}
    values: dict[str, object] = {word.name: word.example for word in WORDS}
    values[PARAGRAPHS] = str(values["正文"]).split("\n")
    values[ITEMS] = [item, item | {"序号": "2", "编号": "WT-2026-00013", "名称": "网站未启用 HTTPS"}]
    return values
