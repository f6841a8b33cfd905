"""A ruleset in words, for its page: blocks of rows, each with its source and confidence."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from plumbline.kernel.plans.rulesets import Ruleset
from plumbline.kernel.plans.rulesets.model import Grounds, Level, Step
from plumbline.kernel.plans.scoring.numbers import plain


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the page."""

    name: str
    says: str
    grounds: Grounds


@dataclass(frozen=True, slots=True)
class Block:
    """Rows under one heading."""

    title: str
    rows: tuple[Row, ...]


def blocks(rules: Ruleset) -> list[Block]:
    """Everything that the ruleset says, in the order in which it is applied."""
    points = [Row(_("预算执行率"), _points(rules.execution.points), rules.execution.grounds)]
    points += [Row(level.title, _level(level, rules), level.grounds) for level in rules.levels]
    tiers = [
        Row(tier.title, f"{plain(tier.high)}%—{plain(tier.low)}%" + _("（含下限）"), tier.grounds)
        for tier in rules.tiers
    ]
    grades = [
        Row(grade.title, _grade(index, rules), grade.grounds) for index, grade in enumerate(rules.grades)
    ]
    rounding = _("逐项四舍五入到 %(n)s 位小数，总分为各项之和") % {"n": rules.rounding.places}
    return [
        Block(_("分值"), tuple(points)),
        Block(_("预算执行率计分"), (Row(_("执行率"), _execution(rules), rules.execution.grounds),)),
        Block(_("定量指标计分"), tuple(_quantitative(rules))),
        Block(_("定性指标计分"), tuple(tiers)),
        Block(_("等级"), tuple(grades)),
        Block(_("取整"), (Row(_("取整"), rounding, rules.rounding.grounds),)),
    ]


def _points(value: object) -> str:
    return _("%(points)s 分") % {"points": value}


def _grade(index: int, rules: Ruleset) -> str:
    if index == len(rules.grades) - 1:
        return _("%(points)s 分以下") % {"points": plain(rules.grades[index - 1].minimum)}
    return _("%(points)s 分及以上") % {"points": plain(rules.grades[index].minimum)}


def _level(level: Level, rules: Ruleset) -> str:
    titles = {other.key: other.title for other in rules.levels}
    says = _points(plain(level.points))
    if level.absent:
        heirs = "、".join(f"{titles[key]} {plain(part)}" for key, part in level.absent.items())
        says += _("；没有这类指标时并入：%(heirs)s") % {"heirs": heirs}
    return says


def _execution(rules: Ruleset) -> str:
    if rules.execution.method == "proportional":
        return _("全年执行数 ÷ 全年预算数 × 分值，最高不超过分值")
    return "；".join(
        _("%(bound)s%% 及以上记 %(share)s%%") % {"bound": plain(step.bound), "share": plain(step.share)}
        for step in reversed(rules.execution.steps)
    ) + _("；更低不得分")


def _quantitative(rules: Ruleset) -> list[Row]:
    given = rules.quantitative
    at_most = {
        "ratio": _("超过的，指标值 ÷ 完成值 × 分值"),
        "excess": _("超过的，（1 − 超出部分 ÷ 指标值）× 分值，超出一倍不得分"),
        "none": _("超过的不得分"),
    }
    equal = {
        "at_least": _("达到或超过记满分，低于的按比例；成本类高于指标值的按“≤”计分"),
        "ratio": _("低于的按完成值 ÷ 指标值，高于的按指标值 ÷ 完成值"),
        "deviation": _("（1 − 偏离部分 ÷ 指标值）× 分值"),
        "none": _("不相等不得分"),
    }
    zero = (
        _("发生即不得分")
        if given.zero == "none"
        else _steps(given.zero_steps, _("%(bound)s 次以内记 %(share)s%%"))
    )
    over = _("达到指标值的 %(percent)s%% 时提示“指标值设定可能偏低”") % {"percent": plain(given.over_from)}
    if given.over_steps:
        over += "；" + "；".join(
            _("%(bound)s%% 及以上记 %(share)s%%") % {"bound": plain(s.bound), "share": plain(s.share)}
            for s in given.over_steps
        )
    else:
        over += _("，不自动扣分，由人判断后调整")
    words = {
        "reached": (_("达到指标值"), _("记满分")),
        "at_least": (_("“≥”未达到"), _("完成值 ÷ 指标值 × 分值")),
        "at_most": (_("“≤”"), at_most[given.at_most]),
        "equal": (_("“=”"), equal[given.equal]),
        "range": (_("区间"), _("区间内记满分，区间外按与较近界限的比例")),
        "zero": (_("指标值为 0"), zero),
        "over": (_("超额完成"), over),
        "late": (_("时限"), _steps(given.late_steps, _("逾期 %(bound)s 天以内记 %(share)s%%"))),
    }
    return [Row(*words[key], grounds) for key, grounds in given.grounds.items()]


def _steps(steps: tuple[Step, ...], wording: str) -> str:
    said = [wording % {"bound": plain(step.bound), "share": plain(step.share)} for step in steps]
    return "；".join([*said, _("更多不得分")])
