"""pySigma's own validators, those that are of use here, in Chinese.

The validators of ATT&CK and D3FEND tags are left out: they fetch their data from the network.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final

from sigma.exceptions import SigmaError
from sigma.rule import SigmaRule
from sigma.validators.base import SigmaRuleValidator
from sigma.validators.core.condition import (
    AllOfThemConditionValidator,
    DanglingConditionValidator,
    DanglingDetectionValidator,
    ThemConditionWithSingleDetectionValidator,
)
from sigma.validators.core.logsources import (
    FieldnameLogsourceValidator,
    SpecificInsteadOfGenericLogsourceValidator,
)
from sigma.validators.core.metadata import DuplicateReferencesValidator
from sigma.validators.core.modifiers import InvalidModifierCombinationsValidator
from sigma.validators.core.values import (
    ControlCharacterValidator,
    EscapedWildcardValidator,
    NumberAsStringValidator,
)

from plumbline.kernel.detection.linting.issues import Remark, Severity

_VALIDATORS: Final[tuple[type[SigmaRuleValidator], ...]] = (
    AllOfThemConditionValidator,
    ControlCharacterValidator,
    DanglingConditionValidator,
    DanglingDetectionValidator,
    DuplicateReferencesValidator,
    EscapedWildcardValidator,
    FieldnameLogsourceValidator,
    InvalidModifierCombinationsValidator,
    NumberAsStringValidator,
    SpecificInsteadOfGenericLogsourceValidator,
    ThemConditionWithSingleDetectionValidator,
)
#: issue -> severity, code, what, advice; {name} is an attribute of the issue
_TEXTS: Final[dict[str, tuple[Severity, str, str, str]]] = {
    "AllOfThemConditionIssue": (
        *("hint", "all-of-them", "condition 用了 all of them"),
        "请写明各部分的名称，以后加了部分才不会改变意思",
    ),
    "ControlCharacterIssue": (
        *("warning", "control-character", "值中有看不见的控制字符"),
        "多为复制时带入或 \\ 写错，请重新输入这个值",
    ),
    "DanglingConditionIssue": (
        *("error", "dangling-condition", "condition 提到了不存在的部分 {condition_name}"),
        "请改正名称",
    ),
    "DanglingDetectionIssue": (
        *("warning", "dangling-detection", "condition 没有用到 {detection_name} 部分"),
        "请在 condition 中用上它，或删去",
    ),
    "DuplicateReferencesIssue": (*("hint", "reference-twice", "references 中有重复"), "请去掉一个"),
    "EscapedWildcardIssue": (
        *("hint", "escaped-wildcard", "值中有写成 \\* 或 \\? 的字符，会按普通文字比较"),
        "要当通配符用，请去掉前面的 \\；路径末尾的 \\ 请写成 \\\\",
    ),
    "FieldnameLogsourceIssue": (
        *("warning", "logsource-field", "logsource 中有不认识的 {fieldname}"),
        "日志来源用 product、category、service 写明",
    ),
    "AllWithoutContainsModifierIssue": (
        *("error", "all-without-contains", "用了 all 却没有 contains，一个字段不会同时等于几个值"),
        "请写成 字段|contains|all",
    ),
    "Base64OffsetWithoutContainsModifierIssue": (
        *("error", "base64offset-without-contains", "用了 base64offset 却没有 contains"),
        "请写成 字段|base64offset|contains",
    ),
    "WindowsDashCombinedWithAllModifierIssue": (
        *("error", "windash-with-all", "windash 与 all 一起用，会要求各种横线同时出现"),
        "请去掉 all，分成几个条件",
    ),
    "ModifierAppliedMultipleIssue": (*("warning", "modifier-twice", "同一个修饰符用了几次"), "请只留一个"),
    "NumberAsStringIssue": (*("hint", "number-as-text", "数字加了引号"), "请去掉引号"),
    "SpecificInsteadOfGenericLogsourceIssue": (
        *("hint", "logsource-specific", "按事件编号 {event_id} 限定，只适用于一种日志"),
        "有通用的 category 可用时请改用它，别的产品的同类日志也能检测",
    ),
    "ThemConditionWithSingleDetectionIssue": (
        *("hint", "them-single", "只有一个部分却用了 them"),
        "请直接写它的名称",
    ),
}


def sigma_remarks(rule: SigmaRule) -> Iterator[Remark]:
    """What pySigma's validators find in one rule."""
    told = set()
    for validator in (make() for make in _VALIDATORS):
        try:
            issues = [*validator.validate(rule), *validator.finalize()]
        except (SigmaError, KeyError, AttributeError, TypeError, ValueError):
            continue  # what makes a validator stumble is told where the rule is compiled
        for issue in issues:
            severity, code, what, advice = _TEXTS.get(
                type(issue).__name__, ("hint", "other", str(issue.description), "")
            )
            remark = Remark(severity, code, what.format_map(_Attributes(issue)), advice)
            if remark not in told:
                told.add(remark)
                yield remark


class _Attributes(dict[str, object]):
    """The attributes of an issue, for a text."""

    def __init__(self, issue: object) -> None:
        super().__init__()
        self._issue = issue

    def __missing__(self, name: str) -> object:
        return getattr(self._issue, name, "")


@cache
def codes() -> frozenset[str]:
    """The codes of all remarks of this file."""
    return frozenset(code for _severity, code, _what, _advice in _TEXTS.values())
