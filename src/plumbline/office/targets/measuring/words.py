"""The words of `data/metric_words.toml`, marked for the translator; a test keeps them complete."""

from django.utils.translation import gettext_noop as _

#: why an indicator stays with people, or cannot be measured yet, and what to do meanwhile
REASONS = (
    _("涉及网上信息内容，本系统只从网络安全工作记录取值，不采集、不统计言论信息，由人填报"),
    _("满意度要由问卷调查得出，本系统还没有问卷调查的记录，由人填报并附调查材料"),
    _("网络安全事件还没有在本系统登记，没有可以计数的记录"),
    _("在建立事件登记之前，可改为人工填报"),
    _("安全监测数据还没有接入本系统"),
    _("接入监测数据之前，可改为人工填报"),
    _("培训和演练还没有在本系统登记"),
    _("在建立培训登记之前，可改为人工填报"),
)
